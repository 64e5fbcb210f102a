{#- Steps that take a part of the orders placed on a day off their total, in the order in which they are taken. -#}
{%- set taken_off = {
    'tax': 'tax', 'shipping': 'shipping', 'fees': 'fee', 'tips': 'tip', 'duties': 'duty', 'deposits': 'deposit',
    'gift cards sold': 'gift_card', 'adjustments': 'adjustment', 'rounding': 'rounding'
} -%}
with order_parts as (

    select * from {{ ref('order_parts') }}

),

orders as (

    select * from {{ ref('core_orders') }}

),

refund_lines as (

    select * from {{ ref('refund_lines') }}

),

edits as (

    select * from {{ ref('settled_edits') }}

),

shop as (

    select * from {{ ref('stg_shop') }}

),

-- Refunds and edits are measured before the ledger, whose end they must meet.
refunds as (

    select
        refund_lines.order_id,
        if(
            shop.daily_refund_clock = 'order_day', refund_matches.attributed_order_date, refund_matches.refund_date
        ) as revenue_date,
        case
            when orders.order_id is null then 'refunds without an order'
            when orders.order_date = revenue_date then 'refunds of the same day'
            else 'refunds of other days'
        end as step,
        -refund_lines.net_amount as amount
    from refund_lines
    cross join shop
    inner join {{ ref('refund_matches') }} as refund_matches
        on
            refund_lines.refund_id = refund_matches.refund_id
            and refund_lines.refund_line_no = refund_matches.refund_line_no
    left join orders on refund_lines.order_id = orders.order_id
    where refund_lines.event_kind in ('refund', 'chargeback') and coalesce(orders.is_in_revenue, true)

),

marketplace_orders as (

    select order_id from orders
    where order_type = 'marketplace'

),

ledger as (

    select
        {{ daily_date('events') }} as revenue_date,
        events.order_id,
        marketplace_orders.order_id is not null as is_marketplace,
        sum(events.original_amount) as original_amount,
        sum(events.net_revenue_amount) as net_revenue_amount
    from {{ ref('core_revenue_events') }} as events
    cross join shop
    left join {{ ref('shipped_days') }} as shipped_days on events.order_id = shipped_days.order_id
    left join marketplace_orders on events.order_id = marketplace_orders.order_id
    where events.is_in_revenue and events.component in {{ net_revenue_components() }} and revenue_date is not null
    group by all

),

-- One row an order, day and step.
movements as (

    select order_date as revenue_date, 10 as section, 'platform total' as step, order_id, total_gross_amount as amount
    from order_parts
    {% for step, part in taken_off.items() -%}
        union all
        select order_date, {{ 20 + loop.index }}, '{{ step }}', order_id, -{{ part }}_amount
        from order_parts
        where {{ part }}_amount <> 0
    {% endfor -%}
    union all
    {% for tender, step in tender_discount_names().items() -%}
        select order_date, {{ 29 + loop.index }}, '{{ step }}', order_id, {{ tender }}_discount_amount
        from order_parts
        where {{ tender }}_discount_amount <> 0
        union all
    {% endfor -%}
    select order_date, 40, 'orders not counted: ' || uncounted_reason, order_id, -discounted_goods_amount
    from order_parts
    where uncounted_reason is not null and discounted_goods_amount <> 0
    union all
    select
        if(shop.daily_edit_clock = 'order_day', orders.attributed_order_date, edits.edit_date), 50, 'edits',
        edits.order_id, sum(edits.net_amount)
    from edits
    cross join shop
    inner join orders on edits.order_id = orders.order_id
    where orders.is_in_revenue and edits.net_amount <> 0
    group by all
    union all
    select revenue_date, 60, step, order_id, sum(amount)
    from refunds
    where amount <> 0
    group by all
    union all
    select revenue_date, section, step, order_id, amount
    from {{ ref('bridge_shifts') }}
    union all
    select revenue_date, 70, 'currency', order_id, net_revenue_amount - original_amount
    from ledger
    where net_revenue_amount <> original_amount
    union all
    select revenue_date, 80, 'marketplaces', order_id, -net_revenue_amount
    from ledger
    where is_marketplace and net_revenue_amount <> 0
    union all
    select revenue_date, 90, 'net revenue without marketplaces', order_id, net_revenue_amount
    from ledger
    where not is_marketplace
    union all
    select revenue_date, 110, 'net revenue with marketplaces', order_id, net_revenue_amount
    from ledger

)

select
    revenue_date,
    section,
    step,
    count(order_id) as order_count,
    cast(sum(amount) as decimal(18, 4)) as amount
from movements
group by revenue_date, section, step
