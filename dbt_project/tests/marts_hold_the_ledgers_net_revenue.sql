{{ config(meta={'dagster': {'ref': {'name': 'revenue_daily'}}}) }}

with ledger as (

    select
        coalesce(sum(net_revenue_amount), 0) as net_revenue_amount,
        coalesce(sum(net_revenue_amount) filter (where order_id is null), 0) as without_order_amount
    from {{ ref('ledger') }}

),

-- Where sales count on the day they are shipped, these are on no day yet.
not_shipped as (

    select coalesce(sum(net_revenue_amount), 0) as net_revenue_amount
    from {{ ref('ledger') }}
    where revenue_date is null

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
    where step_kind = 'end'

)

select
    totals.mart,
    totals.net_revenue_amount,
    ledger.net_revenue_amount as ledger_net_revenue_amount
from totals
cross join ledger
where totals.net_revenue_amount <> ledger.net_revenue_amount
