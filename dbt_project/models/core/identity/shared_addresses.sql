with orders as (

    select * from {{ ref('stg_orders') }}
    where email_hash is not null

),

accounts as (

    select * from {{ ref('stg_customers') }}
    where email_hash is not null

),

shop as (

    select * from {{ ref('stg_shop') }}

),

-- By their words, as extraction has seen them.
worded as (

    select email_hash, email_kind from orders where email_kind is not null
    union
    select email_hash, email_kind from accounts where email_kind is not null

),

months as (

    select
        email_hash,
        date_trunc('month', order_date) as month_start_date,
        count(*) as order_count
    from orders
    group by all

),

busy as (

    select distinct months.email_hash
    from months
    cross join shop
    where months.order_count > shop.max_monthly_orders_per_address

),

-- A hash has one kind at most, since the lists are those of one reading.
reasons as (

    select email_hash, min(email_kind) as reason from worded group by email_hash
    union all
    select email_hash, 'orders' as reason from busy
    where email_hash not in (select email_hash from worded)

)

select
    email_hash,
    reason
from reasons
