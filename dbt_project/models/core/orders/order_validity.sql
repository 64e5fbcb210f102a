with orders as (

    select * from {{ ref('order_facts') }}

),

line_values as (

    select * from {{ ref('order_line_values') }}

),

refund_lines as (

    select * from {{ ref('refund_lines') }}

),

edits as (

    select * from {{ ref('settled_edits') }}

),

shop as (

    select * from {{ ref('stg_shop') }}

),

merchandise as (

    select
        order_id,
        sum(value_amount) as value_amount
    from line_values
    where line_type = 'product'
    group by order_id

),

-- What has come off the goods since, or on: refunds and edits.
changes as (

    select
        order_id,
        sum(amount) as amount
    from (
        select order_id, -net_amount as amount from refund_lines
        where event_kind in ('refund', 'chargeback') and order_id is not null
        union all
        select order_id, net_amount from edits
    ) as movements
    group by order_id

),

judged as (

    select
        orders.order_id,
        orders.customer_id,
        orders.order_sequence,
        case
            when orders.excluded_reason is not null then orders.excluded_reason
            when orders.invalid_type is not null then orders.invalid_type
            when merchandise.order_id is null then 'no_merchandise'
            when merchandise.value_amount < 0 then 'negative_value'
            when merchandise.value_amount = 0 and not shop.count_zero_value_orders then 'zero_value'
            when
                orders.is_cancelled and not shop.count_cancelled_after_payment
                and merchandise.value_amount + coalesce(changes.amount, 0) <= 0
                then 'cancelled'
        end as invalid_reason,
        coalesce(merchandise.value_amount, 0) <= 0 as is_zero_value
    from orders
    cross join shop
    left join merchandise on orders.order_id = merchandise.order_id
    left join changes on orders.order_id = changes.order_id

),

numbered as (

    select
        *,
        invalid_reason is null as is_valid_order,
        case
            when is_valid_order and customer_id is not null
                then row_number() over (partition by customer_id, is_valid_order order by order_sequence)
        end as customer_order_number
    from judged

)

select
    order_id,
    invalid_reason,
    customer_order_number,
    is_valid_order,
    is_zero_value,
    customer_order_number = 1 as is_new_customer
from numbered
