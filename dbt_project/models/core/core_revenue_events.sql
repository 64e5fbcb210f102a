{{ config(alias='revenue_events') }}

with order_rates as (

    select * from {{ ref('order_rates') }}

),

own_movements as (

    select
        movements.*,
        movements.amount as shop_amount
    from {{ ref('ledger_movements') }} as movements
    anti join order_rates on movements.order_id = order_rates.order_id

),

foreign_movements as (

    select * from {{ ref('foreign_movements') }}

),

events as (

    select * from own_movements
    union all by name
    select * from foreign_movements

)

select
    -- ids
    cast(source_part as {{ source_part_type() }}) as source_part,
    order_id,
    exchanged_order_id,
    line_id,
    refund_id,
    refund_line_no,
    part_id,
    credited_customer_id,

    -- text
    category,
    sales_channel,
    cast(event_kind as {{ event_kind_type() }}) as event_kind,
    cast(component as {{ component_type() }}) as component,
    reason,
    match,

    -- rates and amounts, signed, ex tax unless the kind says tax
    tax_rate,
    amount as original_amount,
    shop_amount as amount,
    if(is_in_revenue and component in ('gross', 'discount', 'refund'), shop_amount, 0) as net_revenue_amount,

    -- flags
    is_valid_order,
    is_in_revenue,
    coalesce(is_allocated, false) as is_allocated,
    coalesce(is_cost_known, false) as is_cost_known,

    -- days and instants
    attributed_order_date,
    event_date,
    event_at,
    known_at

from events
