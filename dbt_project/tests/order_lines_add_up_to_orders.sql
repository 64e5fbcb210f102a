{{ config(meta={'dagster': {'ref': {'name': 'order_lines'}}}) }}

-- order_lines sums the ledger by line, orders by order: they differ only by what stands on a line that is not there.
-- (What is placed comes from the lines themselves. A refund on an order without products has no line to stand on: it
-- is on the order alone.)
select
    movements.order_id,
    movements.line_id,
    movements.net_revenue_amount
from {{ ref('ledger') }} as movements
anti join {{ ref('order_line_values') }} as line_values
    on movements.order_id = line_values.order_id and movements.line_id = line_values.line_id
where movements.line_id is not null and movements.source_part in ('edit', 'refund')
