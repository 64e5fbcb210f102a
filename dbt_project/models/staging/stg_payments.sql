with payments as (

    select * from {{ source('raw', 'payments') }}

)

select
    -- ids
    source_id,
    order_id,
    payment_id,

    -- text
    kind,
    gateway,
    state,

    -- amounts: what was paid with its tax, the fee without
    amount,
    fee_amount,

    -- days and instants
    order_date,
    paid_at

from payments
