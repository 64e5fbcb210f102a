with tax_lines as (

    select * from {{ source('raw', 'tax_lines') }}

)

select
    -- ids
    source_id,
    order_id,
    tax_line_no,
    line_id,

    -- text
    country,

    -- rates and amounts
    tax_rate,
    tax_amount,

    -- days and instants
    order_date

from tax_lines
