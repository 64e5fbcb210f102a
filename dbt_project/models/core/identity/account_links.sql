with accounts as (

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

shop as (

    select * from {{ ref('stg_shop') }}

),

mergers as (

    {{ chain_ends('aliases', 'old_account_id', 'surviving_account_id') }}

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

survivors as (

    select
        account_ids.account_id,
        coalesce(mergers.end_id, account_ids.account_id) as survivor_id
    from account_ids
    left join mergers on account_ids.account_id = mergers.start_id

),

-- The account that is left says for which company it buys; companies merge like other accounts.
contacts as (

    select
        accounts.account_id as contact_id,
        coalesce(mergers.end_id, accounts.company_id) as company_id
    from accounts
    cross join shop
    left join mergers on accounts.company_id = mergers.start_id
    where accounts.company_id is not null and not shop.businesses_by_contact

),

companies as (

    {{ chain_ends('contacts', 'contact_id', 'company_id') }}

)

select
    survivors.account_id,
    coalesce(companies.end_id, survivors.survivor_id) as customer_id
from survivors
left join companies on survivors.survivor_id = companies.start_id
