with product_costs as (

    select * from {{ source('raw', 'product_costs') }}

)

select
    -- ids
    source_id,
    product_id,
    variant_id,

    -- amounts
    unit_cost_amount,

    -- days and instants
    valid_from_date

from product_costs
