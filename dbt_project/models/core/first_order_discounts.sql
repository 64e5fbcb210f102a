with orders as (

    select * from {{ ref('core_orders') }}

),

line_values as (

    select * from {{ ref('order_line_values') }}

),

-- As the order was placed: what edits and refunds did to it later is another matter. A gift card that pays wins nobody.
first_orders as (

    select
        orders.customer_id,
        sum(line_values.list_amount) as list_amount,
        sum(
            line_values.line_discount_amount + line_values.order_discount_amount
            + line_values.points_discount_amount + line_values.store_credit_discount_amount
        ) as discount_amount
    from line_values
    inner join orders on line_values.order_id = orders.order_id
    where orders.customer_order_number = 1 and line_values.line_type = 'product'
    group by orders.customer_id

)

select
    customer_id,
    {{ money_ratio('discount_amount', 'list_amount') }} as first_order_discount_rate
from first_orders
