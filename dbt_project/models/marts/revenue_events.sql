{#- The ledger itself, under its published names: a second copy of the largest table would only cost time. -#}
{{ config(materialized='view') }}

with ledger as (

    select * from {{ ref('ledger') }}

),

cost_movements as (

    select
        *,
        'cost' as component,
        0 as net_revenue_amount,
        true as is_cost_known,
        false as is_allocated,
        event_at as recorded_at
    from {{ ref('cost_movements') }}

),

orders as (

    select * from {{ ref('order_facts') }}

),

order_validity as (

    select * from {{ ref('order_validity') }}

),

line_values as (

    select * from {{ ref('order_line_values') }}

),

refunds as (

    select * from {{ ref('refund_matches') }}

),

order_rates as (

    select * from {{ ref('order_rates') }}

),

shop as (

    select * from {{ ref('stg_shop') }}

),

events as (

    select * from ledger
    union all by name
    select * from cost_movements

)

select
    -- ids
    shop.source_id,
    concat_ws(
        '|',
        events.source_part,
        if(events.refund_id is null, events.order_id, null),
        events.refund_id,
        events.refund_line_no,
        events.line_id,
        events.part_id
    ) as event_id,
    events.order_id as source_order_id,
    coalesce(events.exchanged_order_id, events.order_id) as attributed_order_id,
    events.line_id,
    events.refund_id,
    events.refund_line_no,
    coalesce(orders.customer_id, events.credited_customer_id) as customer_id,
    coalesce(line_values.sku, refunds.sku) as sku,

    -- text
    events.category,
    events.sales_channel,
    events.event_kind,
    events.component,
    events.reason,
    events.refund_match_status,
    shop.currency,
    coalesce(order_rates.currency, shop.currency) as original_currency,

    -- rates and amounts, signed
    events.tax_rate,
    events.original_amount,
    events.amount,
    cast(events.net_revenue_amount as decimal(18, 4)) as net_revenue_amount,

    -- flags
    order_validity.is_valid_order,
    events.is_in_revenue,
    events.is_allocated,

    -- days and instants
    events.attributed_order_date,
    events.event_date,
    events.event_at,
    events.recorded_at,
    shop.definition_version

from events
cross join shop
left join orders on events.order_id = orders.order_id
left join order_validity on events.order_id = order_validity.order_id
left join order_rates on events.order_id = order_rates.order_id
left join line_values on events.order_id = line_values.order_id and events.line_id = line_values.line_id
left join refunds on events.refund_id = refunds.refund_id and events.refund_line_no = refunds.refund_line_no
