{%- set payment_kinds = payment_discount_names() | list -%}
with orders as (

    select * from {{ ref('stg_orders') }}

),

shop as (

    select * from {{ ref('stg_shop') }}

),

order_lines as (

    select * from {{ ref('stg_order_lines') }}

),

products as (

    select * from {{ ref('stg_products') }}

),

payment_discounts as (

    select * from {{ ref('payment_discounts') }}

),

catalogue_costs as (

    select * from {{ ref('catalogue_costs') }}
    where line_id is not null

),

discounted_orders as (

    select
        orders.order_id,
        {% for kind in payment_kinds -%}
            coalesce(payment_discounts.{{ kind }}_discount_amount, 0) as {{ kind }}_amount,
        {% endfor -%}
        orders.undistributed_discount_amount as order_amount,
        payment_discounts.order_id is not null as has_payment_discount
    from orders
    left join payment_discounts on orders.order_id = payment_discounts.order_id
    where orders.undistributed_discount_amount > 0 or payment_discounts.order_id is not null

),

-- An order's discount, and what of its payment is one, fall on its products by their value after line discounts, or
-- by the pieces of those that cost anything.
weights as (

    select
        order_lines.order_id,
        order_lines.line_id,
        discounted_orders.* exclude (order_id),
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
    where {{ counted_line_type('order_lines.line_type') }} = 'product'

),

-- Every ten-thousandth that cutting leaves over goes to the largest line.
spread as (

    select
        order_id,
        line_id,
        {{ money_share('order_amount', 'weight', 'total_weight') }} as order_share,
        order_share + if(size_rank = 1, order_amount - sum(order_share) over (partition by order_id), 0) as order_part
    from weights

),

-- Apart, since few orders are paid so.
payment_spread as (

    select
        {% for kind in payment_kinds -%}
            {{ money_share(kind ~ '_amount', 'weight', 'total_weight') }} as {{ kind }}_share,
            {{ kind }}_share + if(
                size_rank = 1, {{ kind }}_amount - sum({{ kind }}_share) over (partition by order_id), 0
            ) as {{ kind }}_part,
        {% endfor -%}
        order_id,
        line_id
    from weights
    where has_payment_discount

)

select
    -- ids
    order_lines.order_id,
    order_lines.line_id,
    order_lines.sku,

    -- text
    coalesce(order_lines.category, products.category) as category,
    cast({{ counted_line_type('order_lines.line_type') }} as {{ line_type_type() }}) as line_type,

    -- quantities and amounts, ex tax unless named
    order_lines.quantity,
    cast(order_lines.list_amount as decimal(18, 4)) as list_amount,
    cast(order_lines.list_amount - order_lines.net_amount as decimal(18, 4)) as line_discount_amount,
    cast(coalesce(spread.order_part, 0) as decimal(18, 4)) as order_discount_amount,
    {% for kind in payment_kinds -%}
        cast(coalesce(payment_spread.{{ kind }}_part, 0) as decimal(18, 4)) as {{ kind }}_discount_amount,
    {% endfor -%}
    cast(
        order_lines.net_amount - order_discount_amount
        {%- for kind in payment_kinds %}
            - {{ kind }}_discount_amount
        {%- endfor %}
        as decimal(18, 4)
    ) as value_amount,
    order_lines.tax_amount,
    order_lines.tax_rate,
    if(
        {{ counted_line_type('order_lines.line_type') }} = 'product',
        coalesce(order_lines.unit_cost_amount, catalogue_costs.unit_cost_amount),
        null
    ) as unit_cost_amount

from order_lines
cross join shop
left join spread on order_lines.order_id = spread.order_id and order_lines.line_id = spread.line_id
left join payment_spread
    on order_lines.order_id = payment_spread.order_id and order_lines.line_id = payment_spread.line_id
left join catalogue_costs
    on order_lines.order_id = catalogue_costs.order_id and order_lines.line_id = catalogue_costs.line_id
left join products
    on
        order_lines.product_id = products.product_id
        and coalesce(order_lines.variant_id, '') = products.variant_id
