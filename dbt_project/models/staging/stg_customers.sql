with customers as (

    select * from {{ source('raw', 'customers') }}

)

select
    -- ids
    source_id,
    customer_id as account_id,
    email_hash,

    -- text
    country,

    -- flags
    accepts_marketing,
    is_business,

    -- days and instants
    created_at,
    updated_at

from customers
