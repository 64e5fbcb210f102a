with validations as (

    select * from {{ ref('stg_validations') }}

)

select
    -- ids
    source_id,
    order_date,
    table_name,
    rule,
    consequence,

    -- counts
    read_count,
    repeated_count,
    superseded_count,
    accepted_count,
    quarantined_count,
    warned_count,

    -- amounts
    read_amount,
    repeated_amount,
    superseded_amount,
    accepted_amount,
    quarantined_amount

from validations
