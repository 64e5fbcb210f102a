{{ config(alias='revenue_events') }}

with order_rates as (

    select * from {{ ref('order_rates') }}

),

refund_rates as (

    select * from {{ ref('refund_rates') }}

),

-- Read twice, worked out once.
movements as materialized (

    select * from {{ ref('ledger_movements') }}

),

own as (

    select
        movements.*,
        movements.amount as shop_amount
    from movements
    anti join order_rates on movements.order_id = order_rates.order_id

),

-- What rates did is in the shop's currency by nature; everything else is in the order's.
worths as (

    select
        movements.*,
        if(movements.component in ('gross', 'discount', 'refund'), 'net_revenue', movements.component) as account,
        movements.amount * if(
            movements.event_kind = 'fx_effect', 1, coalesce(refund_rates.exchange_rate, order_rates.exchange_rate, 1)
        ) as worth
    from movements
    inner join order_rates on movements.order_id = order_rates.order_id
    left join refund_rates
        on movements.refund_id = refund_rates.refund_id and movements.refund_line_no = refund_rates.refund_line_no

),

-- What each account of a foreign order has come to with every movement, rounded.
balances as (

    select
        * exclude (worth),
        cast(sum(worth) over in_order as decimal(18, 4)) as balance_amount,
        row_number() over in_order as movement_no
    from worths
    window in_order as (
        partition by order_id, account
        order by
            event_at, component <> 'gross', event_kind, line_id, refund_id, refund_line_no, source_part, part_id
        rows unbounded preceding
    )

),

-- A movement is the step between two balances: what comes to nothing in the order's currency does so in the shop's.
foreign_orders as (

    select
        * exclude (account, balance_amount, movement_no),
        cast(
            balance_amount - coalesce(lag(balance_amount) over (partition by order_id, account order by movement_no), 0)
            as decimal(18, 4)
        ) as shop_amount
    from balances

),

events as (

    select * from own
    union all by name
    select * from foreign_orders

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
