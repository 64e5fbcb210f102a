{{ config(materialized='view') }}

with payments as (

    select * from {{ ref('redeemed_payments') }}
    where not is_discount

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
    coalesce({{ local_date('payments.paid_at', 'shop.timezone') }}, payments.order_date) as event_date,
    payments.paid_at as event_at
from payments
cross join shop
