with recursive accounts as (

    select * from {{ ref('stg_customers') }}

),

aliases as (

    select * from {{ ref('stg_customer_aliases') }}

),

orders as (

    select * from {{ ref('stg_orders') }}

),

refunds as (

    select * from {{ ref('stg_refunds') }}

),

-- `union` (not `union all`) drops what was reached before, so that a ring of aliases ends.
successors as (

    select old_account_id, surviving_account_id from aliases
    union
    select
        successors.old_account_id,
        aliases.surviving_account_id
    from successors
    inner join aliases on successors.surviving_account_id = aliases.old_account_id

),

-- The end of the chain; in a ring, which has none, the smallest id of it.
survivors as (

    select
        successors.old_account_id,
        coalesce(
            min(successors.surviving_account_id) filter (where aliases.old_account_id is null),
            min(successors.surviving_account_id)
        ) as customer_id
    from successors
    left join aliases on successors.surviving_account_id = aliases.old_account_id
    group by successors.old_account_id

),

account_ids as (

    select account_id from accounts
    union
    select account_id from orders where account_id is not null
    union
    select account_id from refunds where account_id is not null
    union
    select old_account_id from aliases
    union
    select surviving_account_id from aliases

),

account_links as (

    select
        'account' as identifier_kind,
        account_ids.account_id as identifier,
        coalesce(survivors.customer_id, account_ids.account_id) as customer_id
    from account_ids
    left join survivors on account_ids.account_id = survivors.old_account_id

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
    inner join account_links on account_emails.account_id = account_links.identifier
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

    select * from account_links
    union all
    select * from email_links

)

select
    identifier_kind,
    identifier,
    customer_id
from links
