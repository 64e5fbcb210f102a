{{ config(materialized='view') }}

with payments as (

    select * from {{ ref('stg_payments') }}

),

orders as (

    select * from {{ ref('stg_orders') }}

),

order_lines as (

    select * from {{ ref('stg_order_lines') }}

),

shop as (

    select * from {{ ref('stg_shop') }}

),

redeemed as (

    select
        payments.order_id,
        cast(sum(payments.amount) as decimal(18, 4)) as amount
    from payments
    cross join shop
    where
        payments.state = 'settled'
        and (payments.kind = 'loyalty_points' or (payments.kind = 'store_credit' and shop.store_credit_is_discount))
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
        redeemed.order_id,
        redeemed.amount,
        goods.net_amount - orders.undistributed_discount_amount as net_amount,
        goods.tax_amount
    from redeemed
    inner join goods on redeemed.order_id = goods.order_id
    inner join orders on redeemed.order_id = orders.order_id

)

-- Points pay with tax what the goods cost with tax; the discount is the part before tax.
select
    order_id,
    {{ money_share('amount', 'net_amount', '(net_amount + tax_amount)') }} as points_discount_amount
from worths
where net_amount + tax_amount <> 0
