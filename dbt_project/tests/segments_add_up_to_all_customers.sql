{{ config(meta={'dagster': {'ref': {'name': 'segment_summary'}}}) }}

-- Each segmentation holds every customer and all their revenue once.
with totals as (

    select
        count(*) as customer_count,
        coalesce(sum(order_count), 0) as order_count,
        coalesce(sum(net_revenue_amount), 0) as net_revenue_amount
    from {{ ref('customer_lifetime_value') }}

)

select segments.segmentation
from {{ ref('segment_summary') }} as segments
cross join totals
group by segments.segmentation, totals.customer_count, totals.order_count, totals.net_revenue_amount
having
    sum(segments.customer_count) <> totals.customer_count
    or sum(segments.order_count) <> totals.order_count
    or sum(segments.net_revenue_amount) <> totals.net_revenue_amount
