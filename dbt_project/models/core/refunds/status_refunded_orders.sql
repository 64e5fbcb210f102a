with orders as (

    select * from {{ ref('order_facts') }}
    where status = 'refunded' and is_in_revenue

),

placed as (

    select * from {{ ref('stg_orders') }}

),

refunds as (

    select * from {{ ref('stg_refunds') }}

),

shop as (

    select * from {{ ref('stg_shop') }}
    where refunded_without_refund = 'full'

),

-- The last change of the order is the nearest thing to a day that there is; no money goes back before the order.
dated as (

    select
        orders.order_id,
        greatest(coalesce(orders.updated_at, placed.cancelled_at, orders.placed_at), orders.placed_at) as refunded_at,
        {{ local_date('refunded_at', 'shop.timezone') }} as refund_date,
        placed.tax_amount,
        placed.shipping_amount,
        placed.fee_amount,
        placed.undistributed_discount_amount
    from orders
    cross join shop
    inner join placed on orders.order_id = placed.order_id
    where refund_date < shop.as_of_date

)

select * from dated
where order_id not in (select refunds.order_id from refunds where {{ tells_how_much('refunds') }})
