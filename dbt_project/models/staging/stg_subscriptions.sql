with source as (

    select * from {{ source('raw', 'subscriptions') }}

)

select
    -- ids
    subscription_id,
    customer_id,

    -- text
    plan,
    "interval" as payment_interval,

    -- amounts
    net_amount as payment_amount,

    -- instants
    started_at,
    cancelled_at

from source
