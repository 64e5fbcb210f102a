{{ config(alias='revenue_events') }}

with orders as (

    select * from {{ ref('core_orders') }}

),

line_values as (

    select * from {{ ref('order_line_values') }}

),

sale_events as (

    select * from {{ ref('sale_events') }}

),

refund_events as (

    select * from {{ ref('refund_events') }}

),

sales as (

    select
        sale_events.*,
        orders.customer_id,
        orders.sales_channel,
        orders.is_valid_order,
        orders.is_in_revenue,
        orders.order_date as attributed_order_date,
        orders.order_date as event_date,
        orders.placed_at as event_at,
        coalesce(orders.updated_at, orders.placed_at) as known_at
    from sale_events
    inner join orders on sale_events.order_id = orders.order_id

),

refunds as (

    select
        refund_events.* exclude (refund_date, refunded_at),
        line_values.category,
        coalesce(orders.sales_channel, 'unknown') as sales_channel,
        orders.is_valid_order,
        -- A credit note without an order is real money all the same.
        coalesce(orders.is_in_revenue, true) as is_in_revenue,
        refund_events.refund_date as event_date,
        refund_events.refunded_at as event_at,
        refund_events.refunded_at as known_at
    from refund_events
    left join orders on refund_events.order_id = orders.order_id
    left join line_values
        on refund_events.order_id = line_values.order_id and refund_events.line_id = line_values.line_id

),

events as (

    select * from sales
    union all by name
    select * from refunds

)

select
    -- ids
    source_part,
    order_id,
    line_id,
    refund_id,
    refund_line_no,
    customer_id,

    -- text
    category,
    sales_channel,
    event_kind,
    reason,
    match,

    -- amounts, signed, ex tax unless the kind says tax
    amount,
    case
        when is_in_revenue and event_kind in ('line', 'discount', 'refund') then amount else 0
    end as net_revenue_amount,

    -- flags
    is_valid_order,
    is_in_revenue,
    coalesce(is_allocated, false) as is_allocated,

    -- days and instants
    attributed_order_date,
    event_date,
    event_at,
    known_at

from events
