{{ config(meta={'dagster': {'ref': {'name': 'order_line_values'}}}) }}

with spread as (

    select
        order_id,
        sum(order_discount_amount) as order_discount_amount
    from {{ ref('order_line_values') }}
    where line_type = 'product'
    group by order_id

)

select
    spread.order_id,
    orders.undistributed_discount_amount,
    spread.order_discount_amount
from spread
inner join {{ ref('order_basis') }} as orders on spread.order_id = orders.order_id
where orders.undistributed_discount_amount <> spread.order_discount_amount
