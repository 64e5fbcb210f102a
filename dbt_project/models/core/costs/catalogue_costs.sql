{{ config(materialized='view') }}

with order_lines as (

    select * from {{ ref('typed_lines') }}

),

order_edits as (

    select * from {{ ref('stg_order_edits') }}

),

product_costs as (

    select * from {{ ref('stg_product_costs') }}

),

products as (

    select * from {{ ref('stg_products') }}

),

-- Articles sold whose cost the order itself does not tell.
articles as (

    select
        order_id,
        line_id,
        null as edit_id,
        product_id,
        coalesce(variant_id, '') as variant_id,
        order_date
    from order_lines
    where line_type = 'product' and unit_cost_amount is null and product_id is not null
    union all
    select
        order_id,
        null,
        edit_id,
        product_id,
        '',
        order_date
    from order_edits
    where product_id is not null

),

dated as (

    select
        articles.*,
        product_costs.unit_cost_amount
    from articles
    asof left join product_costs
        on
            articles.product_id = product_costs.product_id
            and articles.variant_id = product_costs.variant_id
            and articles.order_date >= product_costs.valid_from_date

)

-- By the catalogue on the order's day; today's cost only where it was known to hold already.
select
    dated.order_id,
    dated.line_id,
    dated.edit_id,
    coalesce(
        dated.unit_cost_amount,
        if(
            coalesce(products.cost_valid_from_date, dated.order_date) <= dated.order_date,
            products.unit_cost_amount,
            null
        )
    ) as unit_cost_amount
from dated
left join products on dated.product_id = products.product_id and dated.variant_id = products.variant_id
