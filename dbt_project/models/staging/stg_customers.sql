with customers as (

    select * from {{ source('raw', 'customers') }}

)

select
    -- ids
    source_id,
    customer_id as account_id,
    company_id,
    email_hash,

    -- text
    country,

    -- flags
    accepts_marketing,
    -- Who buys for a company is business, whatever the account says.
    is_business or company_id is not null as is_business,

    -- days and instants
    created_at,
    updated_at

from customers
