with customer_aliases as (

    select * from {{ source('raw', 'customer_aliases') }}

)

select
    -- ids
    source_id,
    old_customer_id as old_account_id,
    surviving_customer_id as surviving_account_id,

    -- text
    origin,

    -- days and instants
    merged_at

from customer_aliases
