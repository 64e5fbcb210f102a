{{ config(materialized='view') }}

with prepaid_movements as (

    select * from {{ ref('prepaid_movements') }}

),

orders as (

    select * from {{ ref('order_facts') }}

),

order_components as (

    select * from {{ ref('order_components') }}

),

-- Sold on one day and shipped on another, or on none yet.
shipped_elsewhere as (

    select
        orders.order_id,
        orders.order_date,
        orders.revenue_date,
        if(orders.revenue_date is null, 'not shipped yet', 'shipped on another day') as step,
        order_components.discounted_goods_amount as amount
    from orders
    inner join order_components on orders.order_id = order_components.order_id
    where
        orders.revenue_date is distinct from orders.order_date
        and order_components.excluded_reason is null
        and amount <> 0

),

-- What is still to come leaves the day on which the sale counts.
prepaid as (

    select
        coalesce(prepaid_movements.event_date, orders.revenue_date) as revenue_date,
        prepaid_movements.order_id,
        prepaid_movements.amount
    from prepaid_movements
    inner join orders on prepaid_movements.order_id = orders.order_id

)

-- Steps of the bridge that move an order's value from one day to another.
select
    order_date as revenue_date,
    45 as section,
    step,
    order_id,
    -amount as amount
from shipped_elsewhere
union all
select
    revenue_date,
    45,
    step,
    order_id,
    amount
from shipped_elsewhere
where revenue_date is not null
union all
select
    revenue_date,
    65,
    'prepaid deliveries',
    order_id,
    sum(amount)
from prepaid
where revenue_date is not null
group by revenue_date, order_id
