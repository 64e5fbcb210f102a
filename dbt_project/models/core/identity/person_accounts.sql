{{ config(materialized='view') }}

with links as (

    select * from {{ ref('customer_links') }}
    where identifier_kind = 'account'

),

accounts as (

    select * from {{ ref('stg_customers') }}

)

select
    links.customer_id,
    count(*) as account_count,
    bool_or(coalesce(accounts.is_business, false)) as is_business,
    min(accounts.created_at) as account_created_at,
    -- The newest word counts; said on the same instant, no wins over yes.
    arg_max(accounts.accepts_marketing, (
        coalesce(accounts.updated_at, accounts.created_at, timestamp '1900-01-01'),
        not accounts.accepts_marketing
    )) as accepts_marketing,
    min(accounts.country) as country
from links
left join accounts on links.identifier = accounts.account_id
group by links.customer_id
