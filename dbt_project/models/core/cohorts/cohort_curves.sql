{{ config(materialized='view') }}

with cohort_periods as (

    select * from {{ ref('cohort_periods') }}

),

cohort_activity as (

    select * from {{ ref('cohort_activity') }}

),

cohort_money as (

    select * from {{ ref('cohort_money') }}

),

basis as (

    select any_value(revenue_basis) as revenue_basis
    from cohort_money

),

-- Every period that has begun has a row, with zeros where nothing happened in it.
cells as (

    select
        cohort_periods.*,
        coalesce(cohort_activity.active_customer_count, 0) as active_customer_count,
        coalesce(cohort_activity.returning_customer_count, 0) as returning_customer_count,
        coalesce(cohort_activity.first_return_customer_count, 0) as first_return_customer_count,
        coalesce(cohort_money.order_count, 0) as order_count,
        cast(coalesce(cohort_money.net_revenue_amount, 0) as decimal(18, 4)) as net_revenue_amount,
        cast(coalesce(cohort_money.basis_amount, 0) as decimal(18, 4)) as basis_amount
    from cohort_periods
    left join cohort_activity using (period_kind, cohort_month, period_number)
    left join cohort_money using (period_kind, cohort_month, period_number)

),

curves as (

    select
        *,
        cast(sum(first_return_customer_count) over so_far as bigint) as cumulative_repeat_customer_count,
        cast(sum(net_revenue_amount) over so_far as decimal(18, 4)) as cumulative_net_revenue_amount,
        cast(sum(basis_amount) over so_far as decimal(18, 4)) as cumulative_basis_amount
    from cells
    window so_far as (partition by period_kind, cohort_month order by period_number)

)

select
    -- ids and text
    curves.period_kind,
    curves.cohort_month,
    curves.period_number,
    curves.calendar_month,
    basis.revenue_basis,

    -- flags
    curves.exposed_customer_count = curves.cohort_size as is_complete,

    -- counts
    curves.cohort_size,
    curves.exposed_customer_count,
    curves.active_customer_count,
    curves.returning_customer_count,
    curves.cumulative_repeat_customer_count,
    curves.order_count,

    -- amounts
    curves.net_revenue_amount,
    curves.cumulative_net_revenue_amount,
    {{ money_ratio('curves.cumulative_net_revenue_amount', 'curves.cohort_size') }}
        as cumulative_net_revenue_per_customer_amount,
    curves.basis_amount,
    curves.cumulative_basis_amount,
    {{ money_ratio('curves.cumulative_basis_amount', 'curves.cohort_size') }}
        as cumulative_basis_per_customer_amount,

    -- rates
    curves.exposed_customer_count / curves.cohort_size as exposed_rate,
    curves.active_customer_count / curves.cohort_size as retention_rate,
    curves.cumulative_repeat_customer_count / curves.cohort_size as cumulative_repeat_rate

from curves
cross join basis
