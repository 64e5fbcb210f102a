{{ config(materialized='view') }}

with edits as (

    select * from {{ ref('settled_edits') }}

),

line_values as (

    select * from {{ ref('order_line_values') }}

),

movements as (

    select
        edits.*,
        'edit' as source_part,
        edits.kind as event_kind,
        edits.net_amount as amount
    from edits
    union all
    select
        edits.*,
        'edit_tax',
        'edit_tax',
        edits.tax_amount
    from edits
    where edits.tax_amount <> 0

)

select
    movements.source_part,
    movements.order_id,
    movements.line_id,
    movements.edit_id as part_id,
    coalesce(movements.category, line_values.category) as category,
    movements.event_kind,
    movements.kind as reason,
    movements.amount,
    line_values.unit_cost_amount is not null as is_cost_known,
    movements.edit_date as event_date,
    movements.edited_at as event_at
from movements
left join line_values on movements.order_id = line_values.order_id and movements.line_id = line_values.line_id
