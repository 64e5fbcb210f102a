{{ config(meta={'dagster': {'ref': {'name': 'ledger_movements'}}}) }}

with spread as (

    select
        order_id,
        -sum(original_amount) as order_discount_amount
    from {{ ref('ledger_movements') }}
    where source_part = 'order_discount'
    group by order_id

),

orders as (

    select
        order_id,
        undistributed_discount_amount
    from {{ ref('stg_orders') }}
    where undistributed_discount_amount <> 0

)

select
    orders.order_id,
    orders.undistributed_discount_amount,
    spread.order_discount_amount
from orders
full outer join spread on orders.order_id = spread.order_id
where orders.undistributed_discount_amount is distinct from spread.order_discount_amount
