with source as (

    select * from {{ source('raw', 'subscriptions') }}

),

guest_ids as (

    select * from {{ ref('stg_guest_ids') }}

)

select
    -- ids
    subscription_id,
    {{ account_id('customer_id', 'guest_ids') }} as customer_id,

    -- text
    plan,
    "interval" as payment_interval,

    -- amounts
    net_amount as payment_amount,

    -- instants
    started_at,
    cancelled_at

from source
