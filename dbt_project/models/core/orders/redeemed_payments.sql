{{ config(materialized='view') }}

with payments as (

    select * from {{ ref('stg_payments') }}

),

shop as (

    select * from {{ ref('stg_shop') }}

),

gift_cards as (

    select * from {{ ref('gift_cards') }}

)

select
    payments.order_id,
    payments.payment_id,
    payments.kind,
    payments.amount,
    case payments.kind
        when 'loyalty_points' then true
        when 'store_credit' then shop.store_credit_is_discount
        -- A card whose sale was revenue must take it off again when it pays.
        else gift_cards.counts_as = 'product'
    end as is_discount,
    payments.order_date,
    payments.paid_at
from payments
cross join shop
cross join gift_cards
where payments.state = 'settled' and payments.kind in ('loyalty_points', 'store_credit', 'gift_card')
