{#- The columns that both cohort marts share: one cell per cohort and period, empty periods as zeros. -#}
{% macro cohort_curve(period_kind) -%}
    select
        cohort_periods.cohort_month,
        cohort_periods.period_number,
        cohort_periods.calendar_month,
        cohort_periods.cohort_customer_count,
        cohort_periods.exposed_customer_count,
        coalesce(cohort_cells.active_customer_count, 0) as active_customer_count,
        coalesce(cohort_cells.returning_customer_count, 0) as returning_customer_count,
        coalesce(cohort_cells.order_count, 0) as order_count,
        cast(coalesce(cohort_cells.net_revenue_amount, 0) as decimal(18, 4)) as net_revenue_amount,
        cast(coalesce(cohort_cells.basis_amount, 0) as decimal(18, 4)) as basis_amount,
        sum(coalesce(cohort_cells.first_return_customer_count, 0)) over so_far as cumulative_repeat_customer_count,
        sum(coalesce(cohort_cells.net_revenue_amount, 0)) over so_far as cumulative_net_revenue_amount,
        sum(coalesce(cohort_cells.basis_amount, 0)) over so_far as cumulative_basis_amount
    from cohort_periods
    left join cohort_cells using (period_kind, cohort_month, period_number)
    where cohort_periods.period_kind = '{{ period_kind }}'
    window so_far as (partition by cohort_month order by period_number)
{%- endmacro %}
