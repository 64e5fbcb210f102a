with orders as (

    select * from {{ ref('core_orders') }}

),

events as (

    select * from {{ ref('core_revenue_events') }}

),

shop as (

    select * from {{ ref('stg_shop') }}

),

daily_orders as (

    select
        order_date as revenue_date,
        sales_channel,
        count(*) as order_count,
        count(*) filter (where is_new_customer) as new_customer_order_count,
        count(*) filter (where not is_new_customer) as returning_customer_order_count,
        count(*) filter (where customer_id is null) as anonymous_order_count
    from orders
    where is_valid_order
    group by order_date, sales_channel

),

-- The refund-date clock: money counts on the day it moved.
daily_money as (

    select
        event_date as revenue_date,
        sales_channel,
        sum(amount) filter (where event_kind = 'line') as gross_amount,
        -sum(amount) filter (where event_kind = 'discount') as discount_amount,
        -sum(amount) filter (where event_kind = 'refund') as refunded_amount,
        sum(net_revenue_amount) as net_revenue_amount,
        sum(amount) filter (where event_kind in ('shipping', 'refund_shipping')) as shipping_amount,
        sum(amount) filter (where event_kind = 'fee') as fee_amount,
        sum(amount) filter (where event_kind in ('tax', 'refund_tax')) as tax_amount,
        sum(amount) filter (where event_kind = 'gift_card_sold') as gift_card_amount,
        sum(amount) filter (where event_kind = 'adjustment') as adjustment_amount
    from events
    where is_in_revenue
    group by event_date, sales_channel

)

select
    -- ids
    shop.source_id,
    revenue_date,
    strftime(revenue_date, '%Y-%m') as revenue_month,
    sales_channel,
    shop.currency,

    -- counts
    coalesce(daily_orders.order_count, 0) as order_count,
    coalesce(daily_orders.new_customer_order_count, 0) as new_customer_order_count,
    coalesce(daily_orders.returning_customer_order_count, 0) as returning_customer_order_count,
    coalesce(daily_orders.anonymous_order_count, 0) as anonymous_order_count,

    -- amounts
    cast(coalesce(daily_money.gross_amount, 0) as decimal(18, 4)) as gross_amount,
    cast(coalesce(daily_money.discount_amount, 0) as decimal(18, 4)) as discount_amount,
    cast(coalesce(daily_money.refunded_amount, 0) as decimal(18, 4)) as refunded_amount,
    cast(coalesce(daily_money.net_revenue_amount, 0) as decimal(18, 4)) as net_revenue_amount,
    cast(coalesce(daily_money.shipping_amount, 0) as decimal(18, 4)) as shipping_amount,
    cast(coalesce(daily_money.fee_amount, 0) as decimal(18, 4)) as fee_amount,
    cast(coalesce(daily_money.tax_amount, 0) as decimal(18, 4)) as tax_amount,
    cast(coalesce(daily_money.gift_card_amount, 0) as decimal(18, 4)) as gift_card_amount,
    cast(coalesce(daily_money.adjustment_amount, 0) as decimal(18, 4)) as adjustment_amount,
    shop.definition_version

from daily_money
full outer join daily_orders using (revenue_date, sales_channel)
cross join shop
