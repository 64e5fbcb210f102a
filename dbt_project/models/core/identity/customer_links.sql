with accounts as (

    select * from {{ ref('stg_customers') }}

),

orders as (

    select * from {{ ref('stg_orders') }}

),

account_links as (

    select * from {{ ref('account_links') }}

),

-- An account's own address; what it typed on an order only where the account itself has none.
account_emails as (

    select account_id, email_hash, 1 as preference from accounts where email_hash is not null
    union
    select orders.account_id, orders.email_hash, 2 as preference
    from orders
    left join accounts on orders.account_id = accounts.account_id and accounts.email_hash is not null
    where orders.account_id is not null and orders.email_hash is not null and accounts.account_id is null

),

-- Several people may share an address: it leads to one of them, always the same one.
email_owners as (

    select
        account_emails.email_hash,
        account_links.customer_id
    from account_emails
    inner join account_links on account_emails.account_id = account_links.account_id
    qualify row_number() over (
        partition by account_emails.email_hash order by account_emails.preference, account_links.customer_id
    ) = 1

),

email_hashes as (

    select email_hash from account_emails
    union
    select email_hash from orders where email_hash is not null

),

email_links as (

    select
        'email' as identifier_kind,
        email_hashes.email_hash as identifier,
        coalesce(email_owners.customer_id, 'guest-' || left(email_hashes.email_hash, 16)) as customer_id
    from email_hashes
    left join email_owners on email_hashes.email_hash = email_owners.email_hash

),

links as (

    select
        'account' as identifier_kind,
        account_id as identifier,
        customer_id
    from account_links
    union all
    select * from email_links

)

select
    identifier_kind,
    identifier,
    customer_id
from links
