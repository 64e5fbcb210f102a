{{ config(materialized='view') }}

with order_lines as (

    select * from {{ ref('stg_order_lines') }}

),

bundle_components as (

    select * from {{ ref('stg_bundle_components') }}

),

products as (

    select * from {{ ref('stg_products') }}

),

shop as (

    select * from {{ ref('stg_shop') }}
    where explode_bundles

)

-- Empty unless the shop explodes bundles.
select
    order_lines.order_id,
    order_lines.line_id,
    products.category,
    {{ money_ratio(
        'bundle_components.value_rate',
        'sum(bundle_components.value_rate) over (partition by order_lines.order_id, order_lines.line_id)'
    ) }} as value_rate
from order_lines
cross join shop
inner join bundle_components on order_lines.product_id = bundle_components.product_id
left join products
    on
        bundle_components.component_product_id = products.product_id
        and bundle_components.component_variant_id = products.variant_id
