with orders as (

    select * from {{ ref('stg_orders') }}

),

account_addresses as (

    select * from {{ ref('account_addresses') }}

),

accounts_of_one_address as (

    select * from {{ ref('accounts_of_one_address') }}

),

shared_addresses as (

    select * from {{ ref('shared_addresses') }}

),

kept_apart as (

    select
        'address_of_' || shared_addresses.reason as finding,
        count(distinct shared_addresses.email_hash) as finding_address_count,
        0 as finding_account_count,
        count(orders.order_id) as finding_customer_count,
        count(orders.order_id) as finding_order_count
    from shared_addresses
    left join orders on shared_addresses.email_hash = orders.email_hash and orders.account_id is null
    group by shared_addresses.reason

),

guest_ids as (

    select
        'id_means_guest' as finding,
        0 as finding_address_count,
        count(distinct written_account_id) as finding_account_count,
        0 as finding_customer_count,
        count(*) as finding_order_count
    from orders
    where account_id is null and written_account_id is not null

),

sharing as (

    select
        if(is_apart, 'accounts_apart', 'accounts_joined') as finding,
        count(distinct email_hash) as finding_address_count,
        count(distinct account_id) as finding_account_count,
        count(distinct customer_id) as finding_customer_count,
        0 as finding_order_count
    from accounts_of_one_address
    group by is_apart

),

many_addresses as (

    select
        'account_of_many_addresses' as finding,
        max(typed_address_count) as finding_address_count,
        count(distinct account_id) as finding_account_count,
        count(distinct account_id) as finding_customer_count,
        0 as finding_order_count,
        arg_max(account_id, (typed_address_count, {{ natural_order('account_id') }})) as example_account_id
    from account_addresses
    where has_many_addresses

),

findings as (

    select *, null as example_account_id from kept_apart
    union all
    select *, null as example_account_id from guest_ids
    union all
    select *, null as example_account_id from sharing
    union all
    select * from many_addresses

)

select
    finding,
    example_account_id,
    finding_address_count,
    finding_account_count,
    finding_customer_count,
    finding_order_count,
    finding in ('accounts_apart', 'account_of_many_addresses') as is_warning
from findings
where finding_address_count + finding_account_count > 0
