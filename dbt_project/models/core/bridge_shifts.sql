{{ config(materialized='view') }}

with prepaid_events as (

    select * from {{ ref('prepaid_events') }}

),

orders as (

    select * from {{ ref('core_orders') }}

)

-- Steps of the bridge that move an order's value from one day to another.
select
    coalesce(prepaid_events.event_date, orders.order_date) as revenue_date,
    65 as section,
    'prepaid deliveries' as step,
    prepaid_events.order_id,
    sum(prepaid_events.amount) as amount
from prepaid_events
inner join orders on prepaid_events.order_id = orders.order_id
group by all
