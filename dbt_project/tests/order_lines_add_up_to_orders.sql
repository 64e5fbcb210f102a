{{ config(meta={'dagster': {'ref': {'name': 'order_lines'}}}) }}

-- A refund on an order without products has no line to stand on: it is on the order alone.
with lines as (

    select
        order_id,
        gross_amount,
        discount_amount,
        net_revenue_amount
    from {{ ref('order_lines') }}
    union all
    select
        attributed_order_id as order_id,
        0 as gross_amount,
        0 as discount_amount,
        net_revenue_amount
    from {{ ref('revenue_events') }}
    where line_id is null and attributed_order_id is not null and net_revenue_amount <> 0

),

sums as (

    select
        order_id,
        sum(gross_amount) as gross_amount,
        sum(discount_amount) as discount_amount,
        sum(net_revenue_amount) as net_revenue_amount
    from lines
    group by order_id

)

select
    orders.order_id,
    orders.net_revenue_amount,
    sums.net_revenue_amount as lines_net_revenue_amount
from {{ ref('orders') }} as orders
left join sums on orders.order_id = sums.order_id
where
    orders.net_revenue_amount <> coalesce(sums.net_revenue_amount, 0)
    or orders.gross_amount <> coalesce(sums.gross_amount, 0)
    or orders.discount_amount <> coalesce(sums.discount_amount, 0)
