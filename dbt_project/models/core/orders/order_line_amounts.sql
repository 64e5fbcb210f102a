{{ config(materialized='view') }}

with ledger as (

    select * from {{ ref('ledger') }}

),

refund_lines as (

    select * from {{ ref('refund_lines') }}

),

cost_movements as (

    select * from {{ ref('cost_movements') }}

),

money as (

    select
        order_id,
        line_id,
        any_value(category) as category,
        coalesce(sum(amount) filter (where is_in_revenue and component = 'gross'), 0) as gross_amount,
        -coalesce(sum(amount) filter (where is_in_revenue and component = 'discount'), 0) as discount_amount,
        -coalesce(sum(amount) filter (where is_in_revenue and component = 'refund'), 0) as refunded_amount,
        sum(net_revenue_amount) as net_revenue_amount
    from ledger
    where line_id is not null
    group by order_id, line_id

),

returned as (

    select
        order_id,
        line_id,
        sum(quantity) as refunded_quantity
    from refund_lines
    where event_kind in ('refund', 'chargeback') and line_id is not null
    group by order_id, line_id

),

costs as (

    select
        order_id,
        line_id,
        -sum(amount) as cost_amount
    from cost_movements
    where line_id is not null and is_in_revenue
    group by order_id, line_id

)

select
    money.order_id,
    money.line_id,
    money.category,
    cast(coalesce(returned.refunded_quantity, 0) as decimal(18, 4)) as refunded_quantity,
    cast(money.gross_amount as decimal(18, 4)) as gross_amount,
    cast(money.discount_amount as decimal(18, 4)) as discount_amount,
    cast(money.refunded_amount as decimal(18, 4)) as refunded_amount,
    cast(money.net_revenue_amount as decimal(18, 4)) as net_revenue_amount,
    cast(costs.cost_amount as decimal(18, 4)) as cost_amount
from money
left join returned on money.order_id = returned.order_id and money.line_id = returned.line_id
left join costs on money.order_id = costs.order_id and money.line_id = costs.line_id
