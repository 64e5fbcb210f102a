{%- set payment_kinds = payment_discount_names() -%}
with ledger as (

    select * from {{ ref('ledger') }}

),

orders as (

    select * from {{ ref('order_facts') }}

),

order_validity as (

    select * from {{ ref('order_validity') }}

),

-- Tax, what was paid with and what exchange rates did stand beside the money that is reconciled, not in it.
labelled as (

    select
        ledger.is_in_revenue,
        ledger.original_amount,
        ledger.net_revenue_amount,
        ledger.source_part,
        ledger.refund_id,
        ledger.refund_line_no,
        coalesce(ledger.refund_match_status = 'status_only', false) as is_status_refund,
        order_validity.invalid_reason,
        case
            when ledger.component in {{ net_revenue_components() }} then 'net revenue'
            when ledger.component = 'gift_card' then 'gift cards'
            when ledger.component = 'duty' then 'duties'
            when ledger.component = 'shipping' then 'shipping'
            else cast(ledger.component as varchar) || 's'
        end as component,
        case
            when ledger.event_kind = 'line' then 'gross sales'
            when ledger.event_kind in ('edit', 'exchange') then 'edits and exchanges'
            when ledger.event_kind = 'discount' then 'discounts'
            when ledger.component = 'deferral' then 'prepaid, not delivered yet'
            when ledger.refund_match_status = 'exact' then 'refunds that name their order'
            when ledger.refund_match_status = 'matched' then 'refunds matched to a sale'
            when ledger.refund_match_status = 'unmatched' then 'refunds without a sale'
            when ledger.refund_match_status = 'before_start' then 'refunds of orders before the start'
            when is_status_refund then 'refunds known only by status'
        end as memo,
        case
            when ledger.refund_match_status = 'before_start' then 'buyers before the start'
            when orders.order_type = 'staff' then 'staff'
            when coalesce(orders.customer_id, ledger.credited_customer_id) is not null
                then if(orders.is_guest, 'guests with an e-mail address', 'accounts')
            when orders.order_type = 'marketplace' then 'marketplaces'
            else 'anonymous buyers'
        end as buyer
    from ledger
    left join orders on ledger.order_id = orders.order_id
    left join order_validity on ledger.order_id = order_validity.order_id
    where
        ledger.component not in ('tax', 'store_credit', 'fx_effect') and ledger.event_kind <> 'gift_card_redeemed'

)

-- A money row is an order line or a refund line of the source; a refund spread over several lines is still one.
select
    is_in_revenue,
    invalid_reason,
    component,
    memo,
    buyer,
    -- What pays and is a discount to us is a payment to the source: not in its total, and so a step of its own. Nor
    -- does the source wait for deliveries.
    coalesce(sum(original_amount) filter (
        where source_part not in (
            {% for kind in payment_kinds -%}
                '{{ kind }}_discount',
            {% endfor -%}
            'deferral', 'delivery'
        )
    ), 0) as amount,
    {% for kind in payment_kinds -%}
        coalesce(sum(original_amount) filter (where source_part = '{{ kind }}_discount'), 0)
            as {{ kind }}_discount_amount,
    {% endfor -%}
    coalesce(sum(original_amount) filter (where source_part in ('deferral', 'delivery')), 0) as deferred_amount,
    -- No row of the source says so: a step of its own, too.
    coalesce(sum(original_amount) filter (where is_status_refund), 0) as status_refund_amount,
    sum(net_revenue_amount) as net_revenue_amount,
    count(*) filter (where source_part in ('line', 'edit'))
    + count(distinct row(refund_id, refund_line_no)) filter (
        where source_part = 'refund' and not is_status_refund
    ) as row_count
from labelled
group by all
