-- Read twice, for few orders each.
with orders as not materialized (

    select * from {{ ref('core_orders') }}
    where is_valid_order

),

renewals as (

    select * from {{ ref('subscription_orders') }}
    where is_renewal

),

renewed as (

    select
        orders.customer_id,
        count(*) as renewal_order_count
    from renewals
    inner join orders on renewals.order_id = orders.order_id
    group by orders.customer_id

),

-- The first purchase of all renews nothing, so everybody here has decided at least once.
decided as (

    select
        orders.customer_id,
        max(orders.order_date) as last_decided_order_date
    from orders
    semi join renewed on orders.customer_id = renewed.customer_id
    anti join renewals on orders.order_id = renewals.order_id
    group by orders.customer_id

)

select
    renewed.customer_id,
    renewed.renewal_order_count,
    decided.last_decided_order_date
from renewed
inner join decided on renewed.customer_id = decided.customer_id
