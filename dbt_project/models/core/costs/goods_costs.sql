{{ config(materialized='view') }}

with line_values as (

    select * from {{ ref('order_line_values') }}

),

refund_lines as (

    select * from {{ ref('refund_lines') }}

),

edits as (

    select * from {{ ref('settled_edits') }}

),

catalogue_costs as (

    select * from {{ ref('catalogue_costs') }}
    where edit_id is not null

),

shop as (

    select * from {{ ref('stg_shop') }}

),

sold as (

    select
        'goods' as source_part,
        order_id,
        line_id,
        quantity,
        unit_cost_amount
    from line_values
    where unit_cost_amount is not null

),

-- Goods cost nothing only when they are back on the shelf; a shop may have it otherwise.
restocked as (

    select
        'goods_restocked' as source_part,
        refund_lines.refund_id,
        refund_lines.refund_line_no,
        refund_lines.order_id,
        refund_lines.line_id,
        -refund_lines.quantity as quantity,
        line_values.unit_cost_amount,
        refund_lines.refund_date as event_date,
        refund_lines.revenue_date,
        refund_lines.refunded_at as event_at
    from refund_lines
    cross join shop
    inner join line_values
        on refund_lines.order_id = line_values.order_id and refund_lines.line_id = line_values.line_id
    where
        {{ costs_nothing_again('shop.cost_back_on_return', 'refund_lines.is_restocked') }}
        and refund_lines.quantity is not null and line_values.unit_cost_amount is not null

),

edited as (

    select
        'goods_edited' as source_part,
        edits.order_id,
        edits.line_id,
        edits.edit_id as part_id,
        edits.quantity,
        if(line_values.line_id is null, catalogue_costs.unit_cost_amount, line_values.unit_cost_amount)
            as unit_cost_amount,
        edits.edit_date as event_date,
        edits.revenue_date,
        edits.edited_at as event_at
    from edits
    cross join shop
    left join line_values on edits.order_id = line_values.order_id and edits.line_id = line_values.line_id
    left join catalogue_costs
        on edits.order_id = catalogue_costs.order_id and edits.edit_id = catalogue_costs.edit_id
    where
        edits.quantity > 0
        or (edits.quantity < 0 and {{ costs_nothing_again('shop.cost_back_on_return', 'edits.is_restocked') }})

),

goods as (

    select * from sold
    union all by name
    select * from restocked
    union all by name
    select * from edited

)

select
    source_part,
    order_id,
    line_id,
    refund_id,
    refund_line_no,
    part_id,
    if(quantity > 0, 'cost_of_goods', 'cost_of_goods_returned') as event_kind,
    -cast(quantity * unit_cost_amount as decimal(18, 4)) as amount,
    event_date,
    revenue_date,
    event_at
from goods
where unit_cost_amount is not null
