{{ config(materialized='view') }}

with orders as (

    select * from {{ ref('order_facts') }}

),

foreign_movements as (

    select * from {{ ref('foreign_movements') }}

),

order_rates as (

    select * from {{ ref('order_rates') }}

),

abroad as (

    select
        coalesce(foreign_movements.exchanged_order_id, foreign_movements.order_id) as order_id,
        sum(foreign_movements.original_amount) as original_net_revenue_amount
    from foreign_movements
    inner join order_rates on foreign_movements.order_id = order_rates.order_id
    where foreign_movements.is_in_revenue and foreign_movements.component in ('gross', 'discount', 'refund')
    group by all
    having count(distinct order_rates.currency) = 1

),

-- Only where all that belongs to the order is in its currency.
mixed as (

    select distinct orders.exchanged_order_id as order_id
    from orders
    left join order_rates on orders.order_id = order_rates.order_id
    where orders.exchanged_order_id is not null and orders.is_in_revenue and order_rates.exchange_rate_date is null

)

-- Whether more went back than was sold is not for rates to say.
select
    abroad.order_id,
    abroad.original_net_revenue_amount
from abroad
inner join order_rates on abroad.order_id = order_rates.order_id
anti join mixed on abroad.order_id = mixed.order_id
