{{ config(materialized='view') }}

with payments as (

    select * from {{ ref('redeemed_payments') }}
    where is_discount

),

orders as (

    select * from {{ ref('stg_orders') }}

),

order_lines as (

    select * from {{ ref('typed_lines') }}

),

redeemed as (

    select
        payments.order_id,
        cast(sum(payments.amount) filter (where payments.kind = 'loyalty_points') as decimal(18, 4)) as points_amount,
        cast(sum(payments.amount) filter (where payments.kind = 'store_credit') as decimal(18, 4))
            as store_credit_amount,
        cast(sum(payments.amount) filter (where payments.kind = 'gift_card') as decimal(18, 4)) as gift_card_amount
    from payments
    group by payments.order_id

),

goods as (

    select
        order_lines.order_id,
        cast(sum(order_lines.net_amount) as decimal(18, 4)) as net_amount,
        cast(sum(order_lines.tax_amount) as decimal(18, 4)) as tax_amount
    from order_lines
    semi join redeemed on order_lines.order_id = redeemed.order_id
    where order_lines.line_type = 'product'
    group by order_lines.order_id

),

worths as (

    select
        redeemed.*,
        goods.order_id is not null as has_goods,
        goods.net_amount - orders.undistributed_discount_amount as net_amount,
        goods.tax_amount
    from redeemed
    inner join orders on redeemed.order_id = orders.order_id
    left join goods on redeemed.order_id = goods.order_id

)

-- Points and credit pay with tax what the goods cost with tax; the discount is the part before tax. A gift card was
-- sold for all that it pays, tax and shipping too, so all of it comes off again.
select
    order_id,
    {{ money_share('points_amount', 'net_amount', '(net_amount + tax_amount)') }} as points_discount_amount,
    {{ money_share('store_credit_amount', 'net_amount', '(net_amount + tax_amount)') }} as store_credit_discount_amount,
    coalesce(gift_card_amount, 0) as gift_card_discount_amount,
    has_goods
from worths
