with source_counts as (

    select * from {{ source('raw', 'source_counts') }}

)

select
    -- ids
    source_id,
    entry,

    -- counts and amounts
    row_count,
    amount,

    -- days and instants
    order_date

from source_counts
