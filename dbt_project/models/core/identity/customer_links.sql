with orders as (

    select * from {{ ref('stg_orders') }}

),

account_links as (

    select * from {{ ref('account_links') }}

),

account_addresses as (

    select * from {{ ref('account_addresses') }}

),

joined_customers as (

    select * from {{ ref('joined_customers') }}

),

shared_addresses as (

    select * from {{ ref('shared_addresses') }}

),

people as (

    select
        account_links.account_id,
        coalesce(joined_customers.person_id, account_links.customer_id) as customer_id
    from account_links
    left join joined_customers on account_links.customer_id = joined_customers.customer_id

),

-- Several people may share an address: it leads to one of them, always the same one.
email_owners as (

    select
        account_addresses.email_hash,
        people.customer_id
    from account_addresses
    inner join people on account_addresses.account_id = people.account_id
    where account_addresses.is_leading
    qualify row_number() over (
        partition by account_addresses.email_hash
        order by account_addresses.is_own desc, {{ natural_order('people.customer_id') }}
    ) = 1

),

email_hashes as (

    select email_hash from account_addresses
    union
    select email_hash from orders where email_hash is not null

),

-- What many people share leads to nobody.
email_links as (

    select
        'email' as identifier_kind,
        email_hashes.email_hash as identifier,
        coalesce(email_owners.customer_id, 'guest-' || left(email_hashes.email_hash, 16)) as customer_id
    from email_hashes
    anti join shared_addresses on email_hashes.email_hash = shared_addresses.email_hash
    left join email_owners on email_hashes.email_hash = email_owners.email_hash

),

links as (

    select
        'account' as identifier_kind,
        account_id as identifier,
        customer_id
    from people
    union all
    select * from email_links

)

select
    identifier_kind,
    identifier,
    customer_id
from links
