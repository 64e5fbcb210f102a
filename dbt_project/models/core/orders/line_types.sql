{{ config(materialized='view') }}

with shop as (

    select * from {{ ref('stg_shop') }}

),

line_types as (

    select cast(unnest(enum_range(cast(null as {{ line_type_type() }}))) as varchar) as line_type

)

-- A gift card is revenue once: when it is sold, as a product like any other, or when it is redeemed.
select
    line_types.line_type,
    if(
        line_types.line_type = 'gift_card' and shop.gift_cards_count_at = 'sale', 'product', line_types.line_type
    ) as counts_as
from line_types
cross join shop
