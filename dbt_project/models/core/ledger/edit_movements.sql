{{ config(materialized='view') }}

with edits as (

    select * from {{ ref('settled_edits') }}

),

line_values as (

    select * from {{ ref('order_line_values') }}

),

catalogue_costs as (

    select * from {{ ref('catalogue_costs') }}
    where edit_id is not null

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
    -- An article that came new costs what the catalogue says, as many pieces as the edit tells.
    if(
        line_values.line_id is null,
        catalogue_costs.unit_cost_amount is not null and movements.quantity is not null,
        line_values.unit_cost_amount is not null
    ) as is_cost_known,
    movements.edit_date as event_date,
    movements.revenue_date,
    movements.edited_at as event_at
from movements
left join line_values on movements.order_id = line_values.order_id and movements.line_id = line_values.line_id
left join catalogue_costs
    on movements.order_id = catalogue_costs.order_id and movements.edit_id = catalogue_costs.edit_id
