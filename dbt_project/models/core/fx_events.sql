{{ config(materialized='view') }}

with refunds as (

    select * from {{ ref('refund_matches') }}

),

order_rates as (

    select * from {{ ref('order_rates') }}

),

exchange_rates as (

    select * from {{ ref('stg_exchange_rates') }}

),

foreign_refunds as (

    select
        refunds.refund_id,
        refunds.refund_line_no,
        refunds.order_id,
        refunds.customer_id,
        refunds.attributed_order_date,
        coalesce(refunds.reason, refunds.kind) as reason,
        refunds.net_amount + refunds.shipping_amount + refunds.tax_amount as paid_back_amount,
        order_rates.exchange_rate,
        order_rates.currency,
        refunds.refund_date,
        refunds.refunded_at
    from refunds
    inner join order_rates on refunds.order_id = order_rates.order_id

),

with_both_rates as (

    select
        foreign_refunds.*,
        exchange_rates.rate as refund_day_rate
    from foreign_refunds
    asof left join exchange_rates
        on
            foreign_refunds.currency = exchange_rates.currency
            and foreign_refunds.refund_date >= exchange_rates.rate_date

)

-- Refunds count at the order's rate; what the rate has done since is shown, and is no revenue.
select
    'fx_effect' as source_part,
    refund_id,
    refund_line_no,
    order_id,
    customer_id,
    'fx_effect' as event_kind,
    reason,
    -cast(paid_back_amount * (refund_day_rate - exchange_rate) as decimal(18, 4)) as amount,
    attributed_order_date,
    refund_date as event_date,
    refunded_at as event_at
from with_both_rates
where amount <> 0
