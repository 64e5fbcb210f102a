{%- set tenders = tender_discount_names() -%}
with events as (

    select * from {{ ref('core_revenue_events') }}

),

orders as (

    select * from {{ ref('core_orders') }}

),

-- Tax, what was paid with and what exchange rates did stand beside the money that is reconciled, not in it.
labelled as (

    select
        events.is_in_revenue,
        events.original_amount,
        events.net_revenue_amount,
        events.source_part,
        events.refund_id,
        events.refund_line_no,
        orders.invalid_reason,
        case
            when events.component in {{ net_revenue_components() }} then 'net revenue'
            when events.component = 'gift_card' then 'gift cards'
            when events.component = 'duty' then 'duties'
            when events.component = 'shipping' then 'shipping'
            else cast(events.component as varchar) || 's'
        end as component,
        case
            when events.event_kind = 'line' then 'gross sales'
            when events.event_kind in ('edit', 'exchange') then 'edits and exchanges'
            when events.event_kind = 'discount' then 'discounts'
            when events.component = 'deferral' then 'prepaid, not delivered yet'
            when events.match = 'exact' then 'refunds that name their order'
            when events.match = 'matched' then 'refunds matched to a sale'
            when events.match = 'unmatched' then 'refunds without a sale'
        end as part,
        case
            when orders.order_type = 'staff' then 'staff'
            when coalesce(orders.customer_id, events.credited_customer_id) is not null
                then if(orders.is_guest, 'guests with an e-mail address', 'accounts')
            when orders.order_type = 'marketplace' then 'marketplaces'
            else 'anonymous buyers'
        end as buyer
    from events
    left join orders on events.order_id = orders.order_id
    where
        events.component not in ('tax', 'store_credit', 'fx_effect') and events.event_kind <> 'gift_card_redeemed'

)

-- A money row is an order line or a refund line of the source; a refund spread over several lines is still one.
select
    is_in_revenue,
    invalid_reason,
    component,
    part,
    buyer,
    -- What pays and is a discount to us is a payment to the source: not in its total, and so a step of its own. Nor
    -- does the source wait for deliveries.
    coalesce(sum(original_amount) filter (
        where source_part not in (
            {% for tender in tenders -%}
                '{{ tender }}_discount',
            {% endfor -%}
            'deferral', 'delivery'
        )
    ), 0) as amount,
    {% for tender in tenders -%}
        coalesce(sum(original_amount) filter (where source_part = '{{ tender }}_discount'), 0)
            as {{ tender }}_discount_amount,
    {% endfor -%}
    coalesce(sum(original_amount) filter (where source_part in ('deferral', 'delivery')), 0) as deferred_amount,
    sum(net_revenue_amount) as net_revenue_amount,
    count(*) filter (where source_part in ('line', 'edit'))
    + count(distinct row(refund_id, refund_line_no)) filter (where source_part = 'refund') as row_count
from labelled
group by all
