{{ config(meta={'dagster': {'ref': {'name': 'revenue_bridge'}}}) }}

-- Every day ends at the day of revenue_daily, once the marketplaces that were taken out are put back.
with days as (

    select
        revenue_date,
        sum(net_revenue_amount) as net_revenue_amount
    from {{ ref('revenue_daily') }}
    group by revenue_date

),

bridges as (

    select
        revenue_date,
        sum(amount) filter (where step_kind = 'memo') as memo_amount,
        sum(case when step_kind = 'end' then amount when step = 'marketplaces' then -amount end) as end_amount
    from {{ ref('revenue_bridge') }}
    group by revenue_date

)

select
    coalesce(days.revenue_date, bridges.revenue_date) as revenue_date,
    days.net_revenue_amount,
    bridges.memo_amount,
    bridges.end_amount
from days
full outer join bridges on days.revenue_date = bridges.revenue_date
where
    coalesce(days.net_revenue_amount, 0) <> coalesce(bridges.memo_amount, 0)
    or coalesce(days.net_revenue_amount, 0) <> coalesce(bridges.end_amount, 0)
