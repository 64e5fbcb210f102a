with orders as (

    select * from {{ ref('stg_orders') }}

),

order_lines as (

    select * from {{ ref('stg_order_lines') }}

),

products as (

    select * from {{ ref('stg_products') }}

),

loyalty_discounts as (

    select * from {{ ref('loyalty_discounts') }}

),

catalogue_costs as (

    select * from {{ ref('catalogue_costs') }}
    where line_id is not null

),

shop as (

    select * from {{ ref('stg_shop') }}

),

discounted_orders as (

    select
        orders.order_id,
        orders.undistributed_discount_amount as discount_amount,
        coalesce(loyalty_discounts.points_discount_amount, 0) as points_amount
    from orders
    left join loyalty_discounts on orders.order_id = loyalty_discounts.order_id
    where orders.undistributed_discount_amount > 0 or loyalty_discounts.points_discount_amount > 0

),

-- An order's discount, and the points it was paid with, fall on its products by their value after line discounts, or
-- by the pieces of those that cost anything.
weights as (

    select
        order_lines.order_id,
        order_lines.line_id,
        discounted_orders.discount_amount,
        discounted_orders.points_amount,
        if(
            shop.discount_spread = 'quantity' and order_lines.net_amount > 0,
            order_lines.quantity,
            greatest(order_lines.net_amount, 0)
        ) as weight,
        sum(weight) over (partition by order_lines.order_id) as total_weight,
        row_number() over (
            partition by order_lines.order_id
            order by weight desc, order_lines.net_amount desc, order_lines.line_id asc
        ) as size_rank
    from order_lines
    cross join shop
    inner join discounted_orders on order_lines.order_id = discounted_orders.order_id
    where order_lines.line_type = 'product'

),

shares as (

    select
        *,
        {{ money_share('discount_amount', 'weight', 'total_weight') }} as discount_share,
        {{ money_share('points_amount', 'weight', 'total_weight') }} as points_share
    from weights

),

-- Every ten-thousandth that cutting leaves over goes to the largest line.
spread as (

    select
        order_id,
        line_id,
        discount_share + if(
            size_rank = 1, discount_amount - sum(discount_share) over (partition by order_id), 0
        ) as order_discount_amount,
        points_share + if(
            size_rank = 1, points_amount - sum(points_share) over (partition by order_id), 0
        ) as points_discount_amount
    from shares

),

valued as (

    select
        order_lines.*,
        coalesce(order_lines.category, products.category) as known_category,
        coalesce(order_lines.unit_cost_amount, catalogue_costs.unit_cost_amount) as known_unit_cost_amount,
        order_lines.list_amount - order_lines.net_amount as line_discount_amount,
        coalesce(spread.order_discount_amount, 0) as order_discount_amount,
        coalesce(spread.points_discount_amount, 0) as points_discount_amount
    from order_lines
    left join spread on order_lines.order_id = spread.order_id and order_lines.line_id = spread.line_id
    left join catalogue_costs
        on order_lines.order_id = catalogue_costs.order_id and order_lines.line_id = catalogue_costs.line_id
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
    cast(points_discount_amount as decimal(18, 4)) as points_discount_amount,
    cast(net_amount - order_discount_amount - points_discount_amount as decimal(18, 4)) as value_amount,
    tax_amount,
    tax_rate,
    if(line_type = 'product', known_unit_cost_amount, null) as unit_cost_amount

from valued
