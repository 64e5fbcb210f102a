with identity_counts as (

    select * from {{ ref('identity_counts') }}

),

findings as (

    select
        -- ids and text
        finding,
        example_account_id,

        -- counts
        finding_address_count,
        finding_account_count,
        finding_customer_count,
        finding_order_count,

        -- flags
        is_warning

    from identity_counts

)

{{ published('findings', with_as_of_date=true) }}
