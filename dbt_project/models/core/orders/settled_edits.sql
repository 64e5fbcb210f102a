{{ config(materialized='view') }}

with order_edits as (

    select * from {{ ref('stg_order_edits') }}

),

shop as (

    select * from {{ ref('stg_shop') }}

),

dated as (

    select
        order_edits.*,
        shop.as_of_date,
        {{ local_date('order_edits.edited_at', 'shop.timezone') }} as edit_date
    from order_edits
    cross join shop

)

-- Changes made before the as-of day.
select
    order_id,
    edit_id,
    line_id,
    category,
    kind,
    quantity,
    net_amount,
    tax_amount,
    is_restocked,
    edit_date,
    edited_at
from dated
where edit_date < as_of_date
