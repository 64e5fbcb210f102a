{#- The ledger itself, under its published names: a second copy of the largest table would only cost time. -#}
{{ config(materialized='view') }}

with ledger as (

    select * from {{ ref('ledger') }}

),

cost_movements as (

    select * from {{ ref('cost_movements') }}

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

movements as (

    select * from ledger
    union all by name
    select
        *,
        'cost' as component,
        0 as net_revenue_amount,
        false as is_allocated,
        event_at as recorded_at
    from cost_movements

),

events as (

    select
        -- ids
        concat_ws(
            '|', movements.source_part, if(movements.refund_id is null, movements.order_id, null), movements.refund_id,
            movements.refund_line_no, movements.line_id, movements.part_id
        ) as event_id,
        movements.order_id as source_order_id,
        coalesce(movements.exchanged_order_id, movements.order_id) as attributed_order_id,
        movements.line_id,
        movements.refund_id,
        movements.refund_line_no,
        coalesce(orders.customer_id, movements.credited_customer_id) as customer_id,
        coalesce(line_values.sku, refunds.sku) as sku,

        -- text
        movements.category,
        movements.sales_channel,
        movements.event_kind,
        movements.component,
        movements.reason,
        movements.refund_match_status,
        shop.currency,
        coalesce(order_rates.currency, shop.currency) as original_currency,

        -- rates and amounts, signed
        movements.tax_rate,
        movements.original_amount,
        movements.amount,
        cast(movements.net_revenue_amount as decimal(18, 4)) as net_revenue_amount,

        -- flags
        order_validity.is_valid_order,
        movements.is_in_revenue,
        movements.is_allocated,
        refunds.is_refund_day_known,

        -- days and instants
        movements.attributed_order_date,
        movements.event_date,
        movements.event_at,
        movements.recorded_at

    from movements
    cross join shop
    left join orders on movements.order_id = orders.order_id
    left join order_validity on movements.order_id = order_validity.order_id
    left join order_rates on movements.order_id = order_rates.order_id
    left join line_values on movements.order_id = line_values.order_id and movements.line_id = line_values.line_id
    left join refunds on movements.refund_id = refunds.refund_id and movements.refund_line_no = refunds.refund_line_no

)

{{ published('events') }}
