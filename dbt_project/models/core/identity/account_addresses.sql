with accounts as (

    select * from {{ ref('stg_customers') }}
    where email_hash is not null

),

orders as (

    select * from {{ ref('stg_orders') }}
    where account_id is not null and email_hash is not null

),

shop as (

    select * from {{ ref('stg_shop') }}

),

shared_addresses as (

    select * from {{ ref('shared_addresses') }}

),

typed as (

    select distinct account_id, email_hash from orders

),

counted as (

    select
        typed.account_id,
        count(*) as address_count,
        address_count > any_value(shop.max_addresses_per_account) as is_many
    from typed
    cross join shop
    group by typed.account_id

),

-- An account's own address; what it typed on an order only where the account itself has none.
addresses as (

    select
        account_id,
        email_hash,
        true as is_own
    from accounts
    union all
    select
        typed.account_id,
        typed.email_hash,
        false as is_own
    from typed
    anti join accounts on typed.account_id = accounts.account_id

)

select
    addresses.account_id,
    addresses.email_hash,
    addresses.is_own,
    coalesce(counted.address_count, 0) as typed_address_count,
    coalesce(counted.is_many, false) as has_many_addresses,
    -- What many people share, and what is typed for many people on one account, leads to nobody.
    shared_addresses.email_hash is null and (addresses.is_own or not has_many_addresses) as is_leading
from addresses
left join counted on addresses.account_id = counted.account_id
left join shared_addresses on addresses.email_hash = shared_addresses.email_hash
