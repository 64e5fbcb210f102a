with orders as (

    select * from {{ ref('order_facts') }}

),

order_validity as (

    select * from {{ ref('order_validity') }}

),

subscription_lines as (

    select * from {{ ref('subscription_lines') }}

),

products as (

    select * from {{ ref('typed_lines') }}
    where line_type = 'product'

),

product_counts as (

    select
        products.order_id,
        count(*) as product_count
    from products
    semi join subscription_lines on products.order_id = subscription_lines.order_id
    group by products.order_id

),

placed_lines as (

    select
        subscription_lines.order_id,
        subscription_lines.subscription_id,
        min(orders.order_sequence) filter (where order_validity.is_valid_order) over (partition by orders.customer_id)
            as first_sequence,
        min(orders.order_sequence) filter (where order_validity.is_valid_order) over (
            partition by orders.customer_id, subscription_lines.subscription_id
        ) as first_sequence_of_subscription,
        orders.customer_id is not null
        and coalesce(
            orders.order_sequence
            > if(subscription_lines.subscription_id is null, first_sequence, first_sequence_of_subscription),
            false
        ) as is_renewed
    from subscription_lines
    inner join orders on subscription_lines.order_id = orders.order_id
    inner join order_validity on subscription_lines.order_id = order_validity.order_id

),

judged as (

    select
        order_id,
        count(*) as subscription_line_count,
        bool_and(is_renewed) as is_renewed
    from placed_lines
    group by order_id

)

select
    judged.order_id,
    if(judged.subscription_line_count = product_counts.product_count, 'subscription', 'mixed') as purchase_kind,
    judged.subscription_line_count = product_counts.product_count and judged.is_renewed as is_renewal
from judged
inner join product_counts on judged.order_id = product_counts.order_id
