{%- set payment_kinds = payment_discount_names() | list -%}
with order_lines as (

    select * from {{ ref('typed_lines') }}

),

products as (

    select * from {{ ref('stg_products') }}

),

spread_discounts as (

    select * from {{ ref('spread_discounts') }}

),

catalogue_costs as (

    select * from {{ ref('catalogue_costs') }}
    where line_id is not null

)

select
    -- ids
    order_lines.order_id,
    order_lines.line_id,
    order_lines.sku,

    -- text
    coalesce(order_lines.category, products.category) as category,
    cast(order_lines.line_type as {{ line_type_type() }}) as line_type,

    -- quantities and amounts, ex tax unless named
    order_lines.quantity,
    cast(order_lines.list_amount as decimal(18, 4)) as list_amount,
    cast(order_lines.list_amount - order_lines.net_amount as decimal(18, 4)) as line_discount_amount,
    {% for kind in ['order'] + payment_kinds -%}
        cast(coalesce(spread_discounts.{{ kind }}_discount_amount, 0) as decimal(18, 4)) as {{ kind }}_discount_amount,
    {% endfor -%}
    cast(
        order_lines.net_amount
        {%- for kind in ['order'] + payment_kinds %}
            - coalesce(spread_discounts.{{ kind }}_discount_amount, 0)
        {%- endfor %}
        as decimal(18, 4)
    ) as value_amount,
    order_lines.tax_amount,
    order_lines.tax_rate,
    if(
        order_lines.line_type = 'product',
        coalesce(order_lines.unit_cost_amount, catalogue_costs.unit_cost_amount),
        null
    ) as unit_cost_amount

from order_lines
left join spread_discounts
    on order_lines.order_id = spread_discounts.order_id and order_lines.line_id = spread_discounts.line_id
left join catalogue_costs
    on order_lines.order_id = catalogue_costs.order_id and order_lines.line_id = catalogue_costs.line_id
left join products
    on
        order_lines.product_id = products.product_id
        and coalesce(order_lines.variant_id, '') = products.variant_id
