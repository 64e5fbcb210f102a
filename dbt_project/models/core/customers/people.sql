with orders as (

    select * from {{ ref('order_facts') }}

),

order_validity as (

    select * from {{ ref('order_validity') }}

),

first_orders as (

    select * from {{ ref('first_orders') }}

),

order_amounts as (

    select * from {{ ref('order_amounts') }}

),

refunds as (

    select * from {{ ref('refund_matches') }}

),

person_accounts as (

    select * from {{ ref('person_accounts') }}

),

customer_ids as (

    select customer_id from orders where customer_id is not null
    union
    select customer_id from refunds where customer_id is not null

),

purchases as (

    select
        orders.customer_id,
        count(*) as placed_order_count,
        count(*) filter (where order_validity.is_valid_order) as order_count,
        count(*) filter (where orders.is_guest) as guest_order_count,
        max(orders.order_date) filter (where order_validity.is_valid_order) as last_order_date,
        -- A valid order counts while something of it is left, delivered or not, or where orders of nothing count.
        bool_or(
            order_validity.is_valid_order and (
                order_amounts.net_revenue_amount - order_amounts.deferred_amount > 0
                or order_validity.is_zero_value
            )
        ) as is_customer,
        {{ money_median('order_amounts.net_revenue_amount', 'order_validity.is_valid_order') }}
            as median_order_value_amount,
        arg_max(orders.country, (order_validity.is_valid_order, orders.order_sequence)) filter (
            where orders.country is not null
        ) as country
    from orders
    inner join order_validity on orders.order_id = order_validity.order_id
    inner join order_amounts on orders.order_id = order_amounts.order_id
    where orders.customer_id is not null
    group by orders.customer_id

)

select
    -- ids
    customer_ids.customer_id,
    first_orders.first_order_id,

    -- text
    coalesce(purchases.country, person_accounts.country) as country,
    first_orders.first_sales_channel,
    first_orders.first_marketing_channel,

    -- counts and amounts
    coalesce(person_accounts.account_count, 0) as account_count,
    coalesce(purchases.order_count, 0) as order_count,
    coalesce(purchases.placed_order_count, 0) as placed_order_count,
    coalesce(purchases.guest_order_count, 0) as guest_order_count,
    purchases.median_order_value_amount,

    -- flags
    coalesce(purchases.is_customer, false) as is_customer,
    person_accounts.customer_id is not null as has_account,
    coalesce(person_accounts.is_business, false) as is_business,
    person_accounts.accepts_marketing,

    -- days and instants
    person_accounts.account_created_at,
    first_orders.first_order_date,
    purchases.last_order_date

from customer_ids
left join person_accounts on customer_ids.customer_id = person_accounts.customer_id
left join purchases on customer_ids.customer_id = purchases.customer_id
left join first_orders on customer_ids.customer_id = first_orders.customer_id
