{{ config(meta={'dagster': {'ref': {'name': 'revenue_bridge'}}}) }}

-- Not one ten-thousandth on any day. A total that its parts do not make stands in `rounding`, whatever the day's sum.
select
    revenue_date,
    step,
    cast(null as varchar) as order_id,
    amount
from {{ ref('revenue_bridge') }}
where step_kind = 'residual' and amount <> 0
union all
select
    order_date as revenue_date,
    'rounding' as step,
    order_id,
    -rounding_amount as amount
from {{ ref('order_components') }}
where abs(rounding_amount) > tolerance_amount
