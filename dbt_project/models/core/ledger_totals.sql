with events as (

    select * from {{ ref('core_revenue_events') }}

),

orders as (

    select * from {{ ref('core_orders') }}

),

-- Tax stands beside the money that is reconciled, not in it.
labelled as (

    select
        events.is_in_revenue,
        events.amount,
        events.net_revenue_amount,
        events.source_part,
        events.refund_id,
        events.refund_line_no,
        orders.invalid_reason,
        case
            when events.event_kind in ('line', 'discount', 'refund') then 'net revenue'
            when events.event_kind in ('shipping', 'refund_shipping') then 'shipping'
            when events.event_kind = 'fee' then 'fees'
            when events.event_kind = 'gift_card_sold' then 'gift cards'
            else 'adjustments'
        end as component,
        case
            when events.event_kind = 'line' then 'gross sales'
            when events.event_kind = 'discount' then 'discounts'
            when events.match = 'exact' then 'refunds that name their order'
            when events.match = 'matched' then 'refunds matched to a sale'
            when events.match = 'unmatched' then 'refunds without a sale'
        end as part,
        case
            when events.customer_id is null then 'anonymous buyers'
            when orders.is_guest then 'guests with an e-mail address'
            else 'accounts'
        end as buyer
    from events
    left join orders on events.order_id = orders.order_id
    where events.event_kind not in ('tax', 'refund_tax')

)

-- A money row is an order line or a refund line of the source; a refund spread over several lines is still one.
select
    is_in_revenue,
    invalid_reason,
    component,
    part,
    buyer,
    sum(amount) as amount,
    sum(net_revenue_amount) as net_revenue_amount,
    count(*) filter (where source_part = 'line')
    + count(distinct row(refund_id, refund_line_no)) filter (where source_part = 'refund') as row_count
from labelled
group by all
