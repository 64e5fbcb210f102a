with products as (

    select * from {{ source('raw', 'products') }}

)

select
    -- ids
    source_id,
    product_id,
    variant_id,
    sku,

    -- text
    title,
    category,

    -- amounts
    unit_cost_amount,

    -- flags
    is_active,

    -- days and instants
    cost_valid_from as cost_valid_from_date

from products
