{{ config(meta={'dagster': {'ref': {'name': 'order_lines'}}}) }}

-- order_lines sums the ledger by line, orders by order: they differ only by what stands on a line that is not there.
-- (A refund on an order without products has no line to stand on: it is on the order alone.)
select
    events.order_id,
    events.line_id,
    events.net_revenue_amount
from {{ ref('core_revenue_events') }} as events
left join {{ ref('order_lines') }} as order_lines
    on events.order_id = order_lines.order_id and events.line_id = order_lines.line_id
where events.line_id is not null and events.source_part <> 'line' and order_lines.line_id is null
