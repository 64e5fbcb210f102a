{{ config(materialized='view') }}

with payments as (

    select * from {{ ref('redeemed_payments') }}
    where not is_discount

),

orders as (

    select * from {{ ref('stg_orders') }}

),

shop as (

    select * from {{ ref('stg_shop') }}

)

-- Paying with a voucher or with credit takes off what the shop owes: no revenue, and no less of it.
select
    'payment' as source_part,
    payments.order_id,
    payments.payment_id as part_id,
    payments.kind || '_redeemed' as event_kind,
    -payments.amount as amount,
    -- Nothing of an order counts before it, and nothing from the as-of day on.
    greatest(
        coalesce({{ local_date('payments.paid_at', 'shop.timezone') }}, payments.order_date), payments.order_date
    ) as event_date,
    if(payments.paid_at < orders.placed_at, orders.placed_at, payments.paid_at) as event_at
from payments
cross join shop
inner join orders on payments.order_id = orders.order_id
where event_date < shop.as_of_date
