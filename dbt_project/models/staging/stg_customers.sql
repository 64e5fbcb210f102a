with customers as (

    select * from {{ source('raw', 'customers') }}

),

guest_ids as (

    select * from {{ ref('stg_guest_ids') }}

)

select
    -- ids
    source_id,
    customer_id as account_id,
    {{ account_id('company_id', 'guest_ids') }} as company_id,
    email_hash,

    -- text
    country,
    email_kind,

    -- flags
    accepts_marketing,
    -- Who buys for a company is business, whatever the account says.
    is_business or {{ account_id('company_id', 'guest_ids') }} is not null as is_business,

    -- days and instants
    created_at,
    updated_at

from customers
where {{ account_id('customer_id', 'guest_ids') }} is not null
