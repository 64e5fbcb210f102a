{%- set tenders = tender_discount_names() | list -%}
{%- set parts = ['order'] + tenders -%}
with orders as (

    select * from {{ ref('stg_orders') }}

),

shop as (

    select * from {{ ref('stg_shop') }}

),

order_lines as (

    select order_lines.* replace ({{ counted_line_type('line_type') }} as line_type)
    from {{ ref('stg_order_lines') }} as order_lines
    cross join shop

),

products as (

    select * from {{ ref('stg_products') }}

),

tender_discounts as (

    select * from {{ ref('tender_discounts') }}

),

catalogue_costs as (

    select * from {{ ref('catalogue_costs') }}
    where line_id is not null

),

discounted_orders as (

    select
        orders.order_id,
        {% for tender in tenders -%}
            coalesce(tender_discounts.{{ tender }}_discount_amount, 0) as {{ tender }}_amount,
        {% endfor -%}
        orders.undistributed_discount_amount as order_amount
    from orders
    left join tender_discounts on orders.order_id = tender_discounts.order_id
    where orders.undistributed_discount_amount > 0 or tender_discounts.order_id is not null

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
    where order_lines.line_type = 'product'

),

-- Every ten-thousandth that cutting leaves over goes to the largest line.
spread as (

    select
        {% for part in parts -%}
            {{ money_share(part ~ '_amount', 'weight', 'total_weight') }} as {{ part }}_share,
            {{ part }}_share + if(
                size_rank = 1, {{ part }}_amount - sum({{ part }}_share) over (partition by order_id), 0
            ) as {{ part }}_discount_amount,
        {% endfor -%}
        order_id,
        line_id
    from weights

),

valued as (

    select
        order_lines.*,
        coalesce(order_lines.category, products.category) as known_category,
        coalesce(order_lines.unit_cost_amount, catalogue_costs.unit_cost_amount) as known_unit_cost_amount,
        {% for part in parts -%}
            coalesce(spread.{{ part }}_discount_amount, 0) as {{ part }}_discount_amount,
        {% endfor -%}
        order_lines.list_amount - order_lines.net_amount as line_discount_amount
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
    {% for part in parts -%}
        cast({{ part }}_discount_amount as decimal(18, 4)) as {{ part }}_discount_amount,
    {% endfor -%}
    cast(
        net_amount
        {%- for part in parts %}
            - {{ part }}_discount_amount
        {%- endfor %}
        as decimal(18, 4)
    ) as value_amount,
    tax_amount,
    tax_rate,
    if(line_type = 'product', known_unit_cost_amount, null) as unit_cost_amount

from valued
