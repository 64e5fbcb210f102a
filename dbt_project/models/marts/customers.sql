{#- A view: the release that is published holds these rows, and a second copy here would only cost time. -#}
{{ config(materialized='view') }}

with customers as (

    select * from {{ ref('people') }}

),

shop as (

    select * from {{ ref('stg_shop') }}

)

select
    -- ids
    shop.source_id,
    customers.customer_id,
    customers.first_order_id,

    -- text
    customers.country,
    customers.first_sales_channel,
    customers.first_marketing_channel,

    -- counts
    customers.account_count,
    customers.order_count,
    customers.placed_order_count,
    customers.guest_order_count,

    -- flags
    customers.is_customer,
    customers.has_account,
    customers.is_business,
    customers.accepts_marketing,

    -- days and instants
    customers.account_created_at,
    customers.first_order_date,
    customers.last_order_date,
    strftime(customers.first_order_date, '%Y-%m') as cohort_month,
    shop.definition_version

from customers
cross join shop
