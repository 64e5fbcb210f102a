with orders as (

    select * from {{ ref('order_facts') }}

),

order_validity as (

    select * from {{ ref('order_validity') }}

),

renewals as (

    select * from {{ ref('subscription_orders') }}
    where is_renewal

),

-- Read twice, for few orders each.
purchases as not materialized (

    select
        orders.order_id,
        orders.customer_id,
        orders.order_date
    from orders
    inner join order_validity on orders.order_id = order_validity.order_id
    where order_validity.is_valid_order

),

renewed as (

    select
        purchases.customer_id,
        count(*) as renewal_order_count
    from renewals
    inner join purchases on renewals.order_id = purchases.order_id
    group by purchases.customer_id

),

-- The first purchase of all renews nothing, so everybody here has decided at least once.
decided as (

    select
        purchases.customer_id,
        max(purchases.order_date) as last_non_renewal_order_date
    from purchases
    semi join renewed on purchases.customer_id = renewed.customer_id
    anti join renewals on purchases.order_id = renewals.order_id
    group by purchases.customer_id

)

select
    renewed.customer_id,
    renewed.renewal_order_count,
    decided.last_non_renewal_order_date
from renewed
inner join decided on renewed.customer_id = decided.customer_id
