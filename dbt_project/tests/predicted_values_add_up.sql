{{ config(meta={'dagster': {'ref': {'name': 'segment_summary'}}}) }}

-- The segments of each segmentation hold the customers' predicted value once, and so do the predict stage's own totals,
-- segment by segment and month by month: these are rounded once each, the customers' values one by one.
with customers as (

    select
        count(*) as customer_count,
        coalesce(sum(predicted_clv_12m_amount), 0) as amount
    from {{ ref('customer_lifetime_value') }}

),

segmentations as (

    select
        segmentation as total,
        sum(customer_count) as customer_count,
        sum(predicted_clv_12m_amount) as amount
    from {{ ref('segment_summary') }}
    group by segmentation

),

forecast as (

    select sum(predicted_revenue_amount) as amount
    from {{ ref('revenue_forecast') }}

),

segment_differences as (

    select
        coalesce(summary.segmentation, totals.segmentation) as segmentation,
        coalesce(summary.segment, totals.segment) as segment,
        summary.customer_count,
        coalesce(summary.customer_count = totals.customer_count, false)
        and abs(summary.predicted_clv_12m_amount - totals.expected_amount) <= 0.0001 * (summary.customer_count + 1)
            as is_equal
    from {{ ref('segment_summary') }} as summary
    full join {{ source('predictions', 'segment_forecasts') }} as totals
        on summary.segmentation = totals.segmentation and summary.segment = totals.segment
    where coalesce(summary.segmentation, totals.segmentation) <> 'lifecycle_stage'

)

select segmentations.total
from segmentations
cross join customers
where segmentations.customer_count <> customers.customer_count or segmentations.amount <> customers.amount
union all
select 'revenue_forecast' as total
from forecast
cross join customers
where abs(coalesce(forecast.amount, 0) - customers.amount) > 0.0001 * (customers.customer_count + 12)
union all
select segmentation || ' ' || segment as total
from segment_differences
where not is_equal
