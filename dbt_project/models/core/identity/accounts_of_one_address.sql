with accounts as (

    select * from {{ ref('stg_customers') }}

),

account_links as (

    select * from {{ ref('account_links') }}

),

customer_links as (

    select * from {{ ref('customer_links') }}
    where identifier_kind = 'account'

),

account_addresses as (

    select * from {{ ref('account_addresses') }}
    where is_leading

),

-- The accounts that have an address, as far as merges leave them, and the people they are taken for.
owners as (

    select
        account_addresses.email_hash,
        account_links.customer_id as account_id,
        customer_links.customer_id
    from account_addresses
    inner join account_links on account_addresses.account_id = account_links.account_id
    inner join customer_links on account_addresses.account_id = customer_links.identifier
    anti join (select account_id from accounts where company_id is not null) as contacts
        on account_addresses.account_id = contacts.account_id

),

people as (

    select
        email_hash,
        count(distinct customer_id) > 1 as is_apart
    from owners
    group by email_hash
    having count(distinct account_id) > 1

)

select distinct
    owners.email_hash,
    owners.account_id,
    owners.customer_id,
    people.is_apart
from owners
inner join people on owners.email_hash = people.email_hash
