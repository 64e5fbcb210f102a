{{ config(materialized='view') }}

with refunds as (

    select * from {{ ref('refund_matches') }}

),

refund_rates as (

    select * from {{ ref('refund_rates') }}

)

-- Refunds count at the order's rate; what the rate has done since is shown, and is no revenue.
select
    'fx_effect' as source_part,
    refunds.refund_id,
    refunds.refund_line_no,
    refunds.order_id,
    'fx_effect' as event_kind,
    coalesce(refunds.reason, refunds.kind) as reason,
    -cast(
        (refunds.net_amount + refunds.shipping_amount + refunds.tax_amount)
        * (refund_rates.refund_day_rate - refund_rates.exchange_rate)
        as decimal(18, 4)
    ) as amount,
    refunds.attributed_order_date,
    refunds.refund_date as event_date,
    refunds.revenue_date,
    refunds.refunded_at as event_at
from refunds
inner join refund_rates
    on refunds.refund_id = refund_rates.refund_id and refunds.refund_line_no = refund_rates.refund_line_no
where amount <> 0
