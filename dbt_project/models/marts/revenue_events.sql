{#- The ledger itself, under its published names: a second copy of the largest table would only cost time. -#}
{{ config(materialized='view') }}

with events as (

    select * from {{ ref('core_revenue_events') }}

),

shop as (

    select * from {{ ref('stg_shop') }}

)

select
    -- ids
    shop.source_id,
    events.event_id,
    events.order_id as attributed_order_id,
    events.line_id,
    events.refund_id,
    events.refund_line_no,
    events.customer_id,
    events.sku,

    -- text
    events.category,
    events.sales_channel,
    events.event_kind,
    events.reason,
    events.match,
    shop.currency,

    -- amounts, signed
    events.amount,
    events.net_revenue_amount,

    -- flags
    events.is_valid_order,
    events.is_in_revenue,
    events.is_allocated,

    -- days and instants
    events.attributed_order_date,
    events.event_date,
    events.event_at,
    events.known_at,
    shop.definition_version

from events
cross join shop
