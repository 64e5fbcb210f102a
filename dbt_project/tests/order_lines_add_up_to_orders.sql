{{ config(meta={'dagster': {'ref': {'name': 'order_lines'}}}) }}

-- order_lines sums the ledger by line, orders by order: they differ only by what stands on a line that is not there.
-- (What is placed comes from the lines themselves. A refund on an order without products has no line to stand on: it
-- is on the order alone.)
select
    events.order_id,
    events.line_id,
    events.net_revenue_amount
from {{ ref('core_revenue_events') }} as events
anti join {{ ref('order_line_values') }} as line_values
    on events.order_id = line_values.order_id and events.line_id = line_values.line_id
where events.line_id is not null and events.source_part in ('edit', 'refund')
