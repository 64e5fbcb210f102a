with validations as (

    select * from {{ source('raw', 'validations') }}

)

select
    -- ids
    source_id,
    table_name,
    rule,
    consequence,

    -- counts and amounts
    read_count,
    repeated_count,
    superseded_count,
    accepted_count,
    quarantined_count,
    warned_count,
    read_amount,
    repeated_amount,
    superseded_amount,
    accepted_amount,
    quarantined_amount,

    -- days and instants
    order_date

from validations
