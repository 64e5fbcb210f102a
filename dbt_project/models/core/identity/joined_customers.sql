with recursive account_links as (

    select * from {{ ref('account_links') }}

),

account_addresses as (

    select * from {{ ref('account_addresses') }}
    where is_leading

),

accounts as (

    select * from {{ ref('stg_customers') }}

),

shop as (

    select * from {{ ref('stg_shop') }}

),

-- Whoever buys for a company stays with it.
companies as (

    select distinct account_links.customer_id
    from accounts
    inner join account_links on accounts.account_id = account_links.account_id
    where accounts.company_id is not null

),

claims as (

    select distinct
        account_links.customer_id,
        account_addresses.email_hash
    from account_addresses
    cross join shop
    inner join account_links on account_addresses.account_id = account_links.account_id
    anti join companies on account_links.customer_id = companies.customer_id
    where shop.join_accounts_by_address

),

-- Who has several addresses joins those who have one of them.
bridges as (

    select
        email_hash,
        min(email_hash) over (partition by customer_id) as hub
    from claims
    qualify count(*) over (partition by customer_id) > 1

),

steps as (

    select email_hash as from_hash, hub as to_hash from bridges
    union
    select hub as from_hash, email_hash as to_hash from bridges

),

reached as (

    select
        from_hash as email_hash,
        from_hash as reached_hash
    from steps
    union
    select
        reached.email_hash,
        steps.to_hash
    from reached
    inner join steps on reached.reached_hash = steps.from_hash

),

circles as (

    select
        email_hash,
        min(reached_hash) as circle
    from reached
    group by email_hash

),

members as (

    select distinct
        claims.customer_id,
        coalesce(circles.circle, claims.email_hash) as circle
    from claims
    left join circles on claims.email_hash = circles.email_hash

),

-- The person is called as the smallest id, which shops that count up gave first.
joined as (

    select
        customer_id,
        first_value(customer_id) over (
            partition by circle order by {{ natural_order('customer_id') }}
        ) as person_id
    from members

)

select
    customer_id,
    person_id
from joined
where customer_id <> person_id
