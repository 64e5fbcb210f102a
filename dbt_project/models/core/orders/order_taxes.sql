{{ config(materialized='view') }}

with orders as (

    select * from {{ ref('stg_orders') }}

),

line_values as (

    select * from {{ ref('order_line_values') }}

),

tax_lines as (

    select * from {{ ref('stg_tax_lines') }}

),

listed as (

    select
        order_id,
        tax_rate,
        sum(tax_amount) as tax_amount
    from tax_lines
    group by order_id, tax_rate

),

of_lines as (

    select
        order_id,
        tax_rate,
        sum(tax_amount) as tax_amount
    from line_values
    group by order_id, tax_rate

),

rated as (

    select
        order_id,
        sum(tax_amount) as tax_amount
    from of_lines
    where tax_rate is not null
    group by order_id

),

-- What of an order's tax stands on no line with a rate: shipping's, or all of it where the shop names no rates.
unrated as (

    select
        orders.order_id,
        cast(null as decimal(18, 9)) as tax_rate,
        orders.tax_amount - coalesce(rated.tax_amount, 0) as tax_amount
    from orders
    left join rated on orders.order_id = rated.order_id
    where orders.tax_amount is not null

),

worked_out as (

    select of_lines.*
    from of_lines
    inner join orders on of_lines.order_id = orders.order_id
    where of_lines.tax_rate is not null or orders.tax_amount is null
    union all
    select * from unrated

)

select * from listed
union all
select worked_out.*
from worked_out
anti join listed on worked_out.order_id = listed.order_id
