with bundle_components as (

    select * from {{ source('raw', 'bundle_components') }}

)

select
    -- ids
    source_id,
    product_id,
    component_product_id,
    component_variant_id,

    -- rates
    value_rate

from bundle_components
