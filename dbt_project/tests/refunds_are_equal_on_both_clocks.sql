{{ config(meta={'dagster': {'ref': {'name': 'revenue_daily'}}}) }}

with by_refund_day as (

    select coalesce(sum(refunded_amount), 0) as refunded_amount
    from {{ ref('revenue_daily') }}

),

by_order as (

    select coalesce(sum(refunded_amount), 0) as refunded_amount
    from {{ ref('order_amounts') }}

),

without_order as (

    select coalesce(-sum(net_revenue_amount), 0) as refunded_amount
    from {{ ref('ledger') }}
    where order_id is null

)

select
    by_refund_day.refunded_amount as by_refund_day_amount,
    by_order.refunded_amount as by_order_amount,
    without_order.refunded_amount as without_order_amount
from by_refund_day
cross join by_order
cross join without_order
where by_refund_day.refunded_amount <> by_order.refunded_amount + without_order.refunded_amount
