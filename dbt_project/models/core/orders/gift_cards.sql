{{ config(materialized='view') }}

with shop as (

    select * from {{ ref('stg_shop') }}

)

-- A gift card is revenue once: when it is sold, as a product like any other, or when it is redeemed.
select if(shop.gift_cards_count_at = 'sale', 'product', 'gift_card') as counts_as
from shop
