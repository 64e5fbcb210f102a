{{ config(meta={'dagster': {'ref': {'name': 'revenue_daily'}}}) }}

with ledger as (

    select
        coalesce(sum(net_revenue_amount), 0) as net_revenue_amount,
        coalesce(sum(net_revenue_amount) filter (where order_id is null), 0) as without_order_amount
    from {{ ref('ledger') }}

),

-- Where the shop counts sales when they leave, these stand on no day yet.
not_shipped as (

    select coalesce(sum(movements.net_revenue_amount), 0) as net_revenue_amount
    from {{ ref('ledger') }} as movements
    inner join {{ ref('shipped_days') }} as shipped_days on movements.order_id = shipped_days.order_id
    where shipped_days.fulfilled_date is null and {{ is_sold('movements', sold_parts()) }}

),

totals as (

    select
        'orders and credit notes without one' as mart,
        coalesce(sum(orders.net_revenue_amount), 0) + any_value(ledger.without_order_amount) as net_revenue_amount
    from ledger
    left join {{ ref('order_amounts') }} as orders on true
    union all
    select
        'revenue_daily and orders not shipped yet' as mart,
        coalesce(sum(days.net_revenue_amount), 0) + any_value(not_shipped.net_revenue_amount) as net_revenue_amount
    from not_shipped
    left join {{ ref('revenue_daily') }} as days on true
    union all
    select
        'reconciliation' as mart,
        coalesce(sum(amount), 0) as net_revenue_amount
    from {{ ref('reconciliation') }}
    where line_kind = 'end'

)

select
    totals.mart,
    totals.net_revenue_amount,
    ledger.net_revenue_amount as ledger_net_revenue_amount
from totals
cross join ledger
where totals.net_revenue_amount <> ledger.net_revenue_amount
