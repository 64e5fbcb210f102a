{{ config(materialized='view') }}

with orders as (

    select * from {{ ref('stg_orders') }}

),

refunds as (

    select * from {{ ref('stg_refunds') }}

),

order_marks as (

    select * from {{ ref('order_marks') }}

),

shop as (

    select * from {{ ref('stg_shop') }}

),

refunded_orders as (

    select distinct order_id
    from refunds
    where order_id is not null and state = 'settled'

),

states as (

    select
        orders.order_id,
        orders.status,
        orders.order_date,
        if(order_marks.is_staff and orders.order_type = 'sale', 'staff', orders.order_type) as order_type,
        orders.is_test or coalesce(order_marks.is_test, false) as is_test,
        orders.status = 'cancelled' or orders.cancelled_at is not null as is_cancelled,
        orders.status in ('paid', 'partially_refunded', 'refunded')
        or orders.paid_at is not null
        or refunded_orders.order_id is not null as is_paid,
        orders.status in ('pending', 'authorised') as is_open,
        orders.confirmed_at is not null or list_contains(shop.unpaid_valid_statuses, orders.status) as is_on_account
    from orders
    cross join shop
    left join refunded_orders on orders.order_id = refunded_orders.order_id
    left join order_marks on orders.order_id = order_marks.order_id

)

select
    states.order_id,
    states.order_type,
    -- Money that never came in. Paid and then cancelled is not among these: order and refund both happened.
    case
        when states.is_test then 'test'
        when states.status in ('draft', 'failed') then states.status
        when states.is_cancelled and not states.is_paid then 'cancelled'
        when states.is_open and not states.is_on_account and not states.is_paid then 'pending'
        when states.status = 'expired' then 'expired'
        when
            states.is_open and not states.is_paid
            and states.order_date + shop.unpaid_expires_after_days < shop.as_of_date
            then 'expired'
    end as excluded_reason,
    -- The order's type where orders of that type are no purchases.
    case
        when states.order_type in ('replacement', 'sample', 'staff') then states.order_type
        when states.order_type = 'exchange' and not shop.count_exchanges_as_orders then 'exchange'
        when states.order_type = 'marketplace' and not shop.count_marketplace_orders then 'marketplace'
    end as invalid_type,
    states.is_cancelled
from states
cross join shop
