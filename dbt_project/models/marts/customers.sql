{#- A view: the release that is published holds these rows, and a second copy here would only cost time. -#}
{{ config(materialized='view') }}

with people as (

    select * from {{ ref('people') }}

),

customers as (

    select
        -- ids
        customer_id,
        first_order_id,

        -- text
        country,
        first_sales_channel,
        first_marketing_channel,

        -- counts
        account_count,
        order_count,
        placed_order_count,
        guest_order_count,

        -- flags
        is_customer,
        has_account,
        is_business,
        accepts_marketing,

        -- days and instants
        account_created_at,
        first_order_date,
        last_order_date,
        strftime(first_order_date, '%Y-%m') as cohort_month

    from people

)

{{ published('customers') }}
