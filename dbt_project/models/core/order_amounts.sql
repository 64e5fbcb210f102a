with orders as (

    select * from {{ ref('core_orders') }}

),

events as (

    select * from {{ ref('core_revenue_events') }}

),

sums as (

    select
        order_id,
        sum(amount) filter (where is_in_revenue and event_kind = 'line') as gross_amount,
        -sum(amount) filter (where is_in_revenue and event_kind = 'discount') as discount_amount,
        -sum(amount) filter (where is_in_revenue and event_kind = 'refund') as refunded_amount,
        sum(net_revenue_amount) as net_revenue_amount,
        sum(amount) filter (where is_in_revenue and event_kind in ('shipping', 'refund_shipping')) as shipping_amount,
        sum(amount) filter (where is_in_revenue and event_kind = 'fee') as fee_amount,
        sum(amount) filter (where is_in_revenue and event_kind in ('tax', 'refund_tax')) as tax_amount,
        sum(amount) filter (where is_in_revenue and event_kind = 'gift_card_sold') as gift_card_amount,
        sum(amount) filter (where is_in_revenue and event_kind = 'adjustment') as adjustment_amount,
        sum(amount) filter (
            where not is_in_revenue and event_kind in ('line', 'discount', 'refund')
        ) as uncounted_amount
    from events
    where order_id is not null
    group by order_id

)

select
    orders.source_id,
    orders.order_id,
    cast(coalesce(sums.gross_amount, 0) as decimal(18, 4)) as gross_amount,
    cast(coalesce(sums.discount_amount, 0) as decimal(18, 4)) as discount_amount,
    cast(coalesce(sums.refunded_amount, 0) as decimal(18, 4)) as refunded_amount,
    cast(coalesce(sums.net_revenue_amount, 0) as decimal(18, 4)) as net_revenue_amount,
    cast(coalesce(sums.shipping_amount, 0) as decimal(18, 4)) as shipping_amount,
    cast(coalesce(sums.fee_amount, 0) as decimal(18, 4)) as fee_amount,
    cast(coalesce(sums.tax_amount, 0) as decimal(18, 4)) as tax_amount,
    cast(coalesce(sums.gift_card_amount, 0) as decimal(18, 4)) as gift_card_amount,
    cast(coalesce(sums.adjustment_amount, 0) as decimal(18, 4)) as adjustment_amount,
    cast(coalesce(sums.uncounted_amount, 0) as decimal(18, 4)) as uncounted_amount
from orders
left join sums on orders.order_id = sums.order_id
