{#- A view: to write three million lines of mostly text costs more than to join them again. -#}
{{ config(materialized='view') }}

with orders as (

    select * from {{ ref('stg_orders') }}

),

order_lines as (

    select * from {{ ref('stg_order_lines') }}

),

products as (

    select * from {{ ref('stg_products') }}

),

discounted_orders as (

    select
        order_id,
        undistributed_discount_amount
    from orders
    where undistributed_discount_amount > 0

),

-- An order's discount falls on its products by their value after line discounts.
weights as (

    select
        order_lines.order_id,
        order_lines.line_id,
        discounted_orders.undistributed_discount_amount as discount_amount,
        greatest(order_lines.net_amount, 0) as weight,
        sum(greatest(order_lines.net_amount, 0)) over (partition by order_lines.order_id) as total_weight,
        row_number() over (
            partition by order_lines.order_id order by order_lines.net_amount desc, order_lines.line_id asc
        ) as size_rank
    from order_lines
    inner join discounted_orders on order_lines.order_id = discounted_orders.order_id
    where order_lines.line_type = 'product'

),

shares as (

    select
        *,
        {{ money_share('discount_amount', 'weight', 'total_weight') }} as share_amount
    from weights

),

-- Every ten-thousandth that cutting leaves over goes to the largest line.
spread as (

    select
        order_id,
        line_id,
        share_amount + case
            when size_rank = 1 then discount_amount - sum(share_amount) over (partition by order_id) else 0
        end as order_discount_amount
    from shares

),

valued as (

    select
        order_lines.*,
        coalesce(order_lines.category, products.category) as known_category,
        order_lines.list_amount - order_lines.net_amount as line_discount_amount,
        coalesce(spread.order_discount_amount, 0) as order_discount_amount
    from order_lines
    left join spread on order_lines.order_id = spread.order_id and order_lines.line_id = spread.line_id
    left join products
        on
            order_lines.product_id = products.product_id
            and coalesce(order_lines.variant_id, '') = products.variant_id

)

select
    -- ids
    order_id,
    line_id,
    sku,

    -- text
    known_category as category,
    line_type,

    -- quantities and amounts, ex tax unless named
    quantity,
    cast(list_amount as decimal(18, 4)) as list_amount,
    cast(line_discount_amount as decimal(18, 4)) as line_discount_amount,
    cast(order_discount_amount as decimal(18, 4)) as order_discount_amount,
    cast(net_amount - order_discount_amount as decimal(18, 4)) as value_amount,
    tax_amount

from valued
