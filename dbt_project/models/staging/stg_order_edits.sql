with order_edits as (

    select * from {{ source('raw', 'order_edits') }}

)

select
    -- ids
    source_id,
    order_id,
    edit_id,
    line_id,
    product_id,
    sku,

    -- text
    kind,
    category,

    -- quantities and amounts, signed, ex tax unless named
    quantity,
    net_amount,
    tax_amount,

    -- flags
    is_restocked,

    -- days and instants
    order_date,
    edited_at

from order_edits
