{{ config(meta={'dagster': {'ref': {'name': 'monthly_cohorts'}}}) }}

-- Both cohort marts hold every customer's orders and revenue once, every cell from 0 on, and never lose a repeat buyer.
with totals as (

    select
        coalesce(sum(order_count), 0) as order_count,
        coalesce(sum(net_revenue_amount), 0) as net_revenue_amount
    from {{ ref('customer_features') }}

),

{% set marts = {'monthly_cohorts': 'month_number', 'rolling_cohorts': 'period_number'} -%}
cells as (
    {% for mart, number in marts.items() %}
        select
            '{{ mart }}' as mart,
            cohort_month,
            {{ number }} as period_number,
            order_count,
            net_revenue_amount,
            cumulative_repeat_customer_count
            - lag(cumulative_repeat_customer_count, 1, 0) over (partition by cohort_month order by {{ number }})
                as new_repeat_count
        from {{ ref(mart) }}
        {% if not loop.last %}union all{% endif %}
    {%- endfor %}

),

cohorts as (

    select
        mart,
        cohort_month,
        sum(order_count) as order_count,
        sum(net_revenue_amount) as net_revenue_amount,
        max(period_number) + 1 - count(*) as missing_count,
        min(new_repeat_count) as least_new_repeat_count
    from cells
    group by mart, cohort_month

)

select cohorts.mart
from cohorts
cross join totals
group by cohorts.mart, totals.order_count, totals.net_revenue_amount
having
    sum(cohorts.order_count) <> totals.order_count
    or sum(cohorts.net_revenue_amount) <> totals.net_revenue_amount
    or max(cohorts.missing_count) <> 0
    or min(cohorts.least_new_repeat_count) < 0
