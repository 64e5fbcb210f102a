with orders as (

    select * from {{ ref('order_facts') }}

),

order_rates as (

    select * from {{ ref('order_rates') }}

),

line_values as (

    select * from {{ ref('order_line_values') }}

),

order_movements as (

    select * from {{ ref('sale_movements') }}
    union all by name
    select * from {{ ref('discount_movements') }}
    union all by name
    select * from {{ ref('edit_movements') }}
    union all by name
    select * from {{ ref('payment_movements') }}
    union all by name
    select * from {{ ref('prepaid_movements') }}

),

refund_movements as (

    select * from {{ ref('refund_movements') }}
    union all by name
    select * from {{ ref('fx_movements') }}

),

of_orders as (

    select
        order_movements.* exclude (event_date, revenue_date, event_at),
        order_rates.exchange_rate_date is not null as is_foreign,
        orders.sales_channel,
        orders.is_in_revenue,
        orders.exchanged_order_id,
        orders.attributed_order_date,
        coalesce(order_movements.event_date, orders.order_date) as event_date,
        -- What was sold has no day of its own.
        coalesce(order_movements.revenue_date, order_movements.event_date, orders.revenue_date) as revenue_date,
        coalesce(order_movements.event_at, orders.placed_at) as event_at,
        coalesce(order_movements.event_at, orders.updated_at, orders.placed_at) as recorded_at
    from order_movements
    inner join orders on order_movements.order_id = orders.order_id
    left join order_rates on order_movements.order_id = order_rates.order_id

),

movements as (

    select * from of_orders
    union all by name
    select
        refund_movements.*,
        line_values.category,
        order_rates.exchange_rate_date is not null as is_foreign,
        coalesce(orders.sales_channel, 'unknown') as sales_channel,
        -- A credit note without an order is real money all the same.
        coalesce(orders.is_in_revenue, true) as is_in_revenue,
        orders.exchanged_order_id,
        line_values.unit_cost_amount is not null as is_cost_known,
        refund_movements.event_at as recorded_at
    from refund_movements
    left join orders on refund_movements.order_id = orders.order_id
    left join order_rates on refund_movements.order_id = order_rates.order_id
    left join line_values
        on refund_movements.order_id = line_values.order_id and refund_movements.line_id = line_values.line_id

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
    cast({{ money_component('event_kind') }} as {{ component_type() }}) as component,
    reason,
    refund_match_status,

    -- rates and amounts, signed, ex tax unless the kind says tax
    tax_rate,
    amount as original_amount,

    -- flags
    is_in_revenue,
    coalesce(is_allocated, false) as is_allocated,
    coalesce(is_cost_known, false) as is_cost_known,
    is_foreign,

    -- days and instants
    attributed_order_date,
    event_date,
    revenue_date,
    event_at,
    recorded_at

from movements
