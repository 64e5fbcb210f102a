{#- A view: the release that is published holds these rows, and a second copy here would only cost time. -#}
{{ config(materialized='view') }}

with order_lines as (

    select * from {{ ref('stg_order_lines') }}

),

orders as (

    select * from {{ ref('order_facts') }}

),

order_validity as (

    select * from {{ ref('order_validity') }}

),

amounts as (

    select * from {{ ref('order_line_amounts') }}

),

lines as (

    select
        -- ids
        order_lines.order_id,
        order_lines.line_id,
        orders.customer_id,
        order_lines.product_id,
        order_lines.variant_id,
        order_lines.sku,

        -- text
        order_lines.title,
        amounts.category,
        order_lines.line_type,
        orders.sales_channel,

        -- quantities and amounts
        cast(order_lines.quantity as decimal(18, 4)) as quantity,
        amounts.refunded_quantity,
        amounts.gross_amount,
        amounts.discount_amount,
        amounts.refunded_amount,
        cast(
            amounts.gross_amount - amounts.discount_amount - amounts.refunded_amount - amounts.net_revenue_amount
            as decimal(18, 4)
        ) as prepaid_open_amount,
        amounts.net_revenue_amount,
        amounts.cost_amount,
        cast(amounts.net_revenue_amount - amounts.cost_amount as decimal(18, 4)) as gross_margin_amount,

        -- flags
        order_validity.is_valid_order,
        orders.is_in_revenue,

        -- days
        order_lines.order_date,
        strftime(order_lines.order_date, '%Y-%m') as order_month

    from order_lines
    inner join orders on order_lines.order_id = orders.order_id
    inner join order_validity on order_lines.order_id = order_validity.order_id
    inner join amounts on order_lines.order_id = amounts.order_id and order_lines.line_id = amounts.line_id

)

{{ published('lines') }}
