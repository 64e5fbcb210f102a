with orders as (

    select * from {{ ref('order_facts') }}

),

refund_lines as (

    select * from {{ ref('refund_lines') }}

),

edits as (

    select * from {{ ref('settled_edits') }}

),

-- Refunds and edits are measured before the ledger, whose end they must meet.
refunds as (

    select
        refund_lines.order_id,
        refund_lines.revenue_date,
        case
            when refund_lines.refund_match_status = 'status_only' then 'refunds known only by status'
            when refund_lines.refund_match_status = 'before_start' then 'refunds of orders before the start'
            when orders.order_id is null then 'refunds without an order'
            when orders.order_date = refund_lines.revenue_date then 'refunds of the same day'
            else 'refunds of other days'
        end as step,
        -refund_lines.net_amount as amount
    from refund_lines
    left join orders on refund_lines.order_id = orders.order_id
    where refund_lines.event_kind in ('refund', 'chargeback') and coalesce(orders.is_in_revenue, true)

),

marketplace_orders as (

    select order_id from orders where order_type = 'marketplace'

),

ledger_order_days as (

    select
        ledger.revenue_date,
        ledger.order_id,
        marketplace_orders.order_id is not null as is_marketplace,
        sum(ledger.original_amount) as original_amount,
        sum(ledger.net_revenue_amount) as net_revenue_amount
    from {{ ref('ledger') }} as ledger
    left join marketplace_orders on ledger.order_id = marketplace_orders.order_id
    where
        ledger.is_in_revenue and ledger.revenue_date is not null
        and ledger.component in {{ net_revenue_components() }}
    group by all

),

ledger_days as (

    select
        revenue_date,
        is_marketplace,
        count(order_id) as order_count,
        sum(net_revenue_amount) as net_revenue_amount,
        count(order_id) filter (where net_revenue_amount <> 0) as revenue_order_count,
        count(order_id) filter (where net_revenue_amount <> original_amount) as converted_order_count,
        sum(net_revenue_amount - original_amount) as rate_amount
    from ledger_order_days
    group by revenue_date, is_marketplace

),

movements as (

    select revenue_date, section, step, order_count, amount from {{ ref('bridge_order_steps') }}
    union all
    select edits.revenue_date, 50, 'edits', count(distinct edits.order_id), sum(edits.net_amount)
    from edits
    inner join orders on edits.order_id = orders.order_id
    where orders.is_in_revenue and edits.net_amount <> 0
    group by all
    union all
    select revenue_date, 60, step, count(distinct order_id), sum(amount)
    from refunds
    where amount <> 0
    group by all
    union all
    select revenue_date, section, step, count(distinct order_id), sum(amount)
    from {{ ref('bridge_shifts') }}
    group by all
    union all
    select revenue_date, 70, 'currency', converted_order_count, rate_amount
    from ledger_days
    where converted_order_count > 0
    union all
    select revenue_date, 80, 'marketplaces', revenue_order_count, -net_revenue_amount
    from ledger_days
    where is_marketplace and revenue_order_count > 0
    union all
    select revenue_date, 90, 'net revenue without marketplaces', order_count, net_revenue_amount
    from ledger_days
    where not is_marketplace
    union all
    select revenue_date, 110, 'net revenue with marketplaces', order_count, net_revenue_amount
    from ledger_days

)

select
    revenue_date,
    section,
    step,
    cast(sum(order_count) as bigint) as order_count,
    cast(sum(amount) as decimal(18, 4)) as amount
from movements
group by revenue_date, section, step
