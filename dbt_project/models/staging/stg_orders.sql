with orders as (

    select * from {{ source('raw', 'orders') }}

),

guest_ids as (

    select * from {{ ref('stg_guest_ids') }}

)

select
    -- ids
    source_id,
    order_id,
    order_number,
    original_order_id,
    {{ account_id('customer_id', 'guest_ids') }} as account_id,
    customer_id as written_account_id,
    customer_email_hash as email_hash,

    -- text
    status,
    status_raw,
    discount_codes,
    order_type,
    tags,
    currency,
    coalesce(sales_channel, 'unknown') as sales_channel,
    coalesce(marketing_channel, 'unknown') as marketing_channel,
    country,
    customer_email_kind as email_kind,

    -- amounts, ex tax unless named
    total_gross_amount as original_total_amount,
    tax_amount,
    shipping_net_amount as shipping_amount,
    fee_net_amount as fee_amount,
    undistributed_discount_net_amount as undistributed_discount_amount,

    -- flags
    is_test,
    is_reverse_charge,

    -- days and instants
    order_date,
    placed_at,
    updated_at,
    cancelled_at,
    confirmed_at,
    paid_at,
    fulfilled_at

from orders
