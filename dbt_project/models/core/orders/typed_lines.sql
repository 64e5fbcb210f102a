{{ config(materialized='view') }}

with order_lines as (

    select * from {{ ref('stg_order_lines') }}

),

gift_cards as (

    select * from {{ ref('gift_cards') }}

)

select
    order_lines.* exclude (line_type),
    if(order_lines.line_type = 'gift_card', gift_cards.counts_as, order_lines.line_type) as line_type
from order_lines
cross join gift_cards
