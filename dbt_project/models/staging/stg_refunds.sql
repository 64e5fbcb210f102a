with refunds as (

    select * from {{ source('raw', 'refunds') }}

),

guest_ids as (

    select * from {{ ref('stg_guest_ids') }}

)

select
    -- ids
    source_id,
    refund_id,
    refund_line_no,
    order_id,
    line_id,
    {{ account_id('customer_id', 'guest_ids') }} as account_id,
    sku,

    -- text
    kind,
    state,
    reason,

    -- quantities and amounts, positive, ex tax unless named
    quantity,
    net_amount,
    tax_amount,
    shipping_net_amount as shipping_amount,

    -- flags
    is_date_known,
    is_restocked,
    is_store_credit,

    -- days and instants
    order_date,
    refunded_at

from refunds
