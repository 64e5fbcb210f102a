with customer_aliases as (

    select * from {{ source('raw', 'customer_aliases') }}

),

guest_ids as (

    select * from {{ ref('stg_guest_ids') }}

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
-- What means a guest is no account, and nothing can be merged with it.
where
    {{ account_id('old_customer_id', 'guest_ids') }} is not null
    and {{ account_id('surviving_customer_id', 'guest_ids') }} is not null
