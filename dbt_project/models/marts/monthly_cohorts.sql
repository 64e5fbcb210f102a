with cohort_periods as (

    select * from {{ ref('cohort_periods') }}

),

cohort_cells as (

    select * from {{ ref('cohort_cells') }}

),

shop as (

    select * from {{ ref('stg_shop') }}

),

curve as (

    {{ cohort_curve('calendar_month') }}

)

select
    -- ids and text
    shop.source_id,
    curve.cohort_month,
    curve.period_number as month_number,
    curve.calendar_month as activity_month,
    shop.cohort_basis as revenue_basis,
    shop.definition_version,

    -- days and flags
    shop.as_of_date,
    curve.exposed_customer_count = curve.cohort_customer_count as is_complete,

    -- counts
    curve.cohort_customer_count,
    curve.exposed_customer_count,
    curve.active_customer_count,
    curve.returning_customer_count,
    cast(curve.cumulative_repeat_customer_count as bigint) as cumulative_repeat_customer_count,
    curve.order_count,

    -- amounts
    curve.net_revenue_amount,
    cast(curve.cumulative_net_revenue_amount as decimal(18, 4)) as cumulative_net_revenue_amount,
    {{ money_ratio('curve.cumulative_net_revenue_amount', 'curve.cohort_customer_count') }}
        as cumulative_net_revenue_per_customer_amount,
    curve.basis_amount,
    cast(curve.cumulative_basis_amount as decimal(18, 4)) as cumulative_basis_amount,
    {{ money_ratio('curve.cumulative_basis_amount', 'curve.cohort_customer_count') }}
        as cumulative_basis_per_customer_amount,

    -- rates
    curve.exposed_customer_count / curve.cohort_customer_count as exposed_rate,
    curve.active_customer_count / curve.cohort_customer_count as active_rate,
    cast(curve.cumulative_repeat_customer_count as bigint) / curve.cohort_customer_count as cumulative_repeat_rate

from curve
cross join shop
