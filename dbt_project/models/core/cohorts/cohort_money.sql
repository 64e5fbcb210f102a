{%- set period_kinds = ['calendar_month', 'thirty_days'] -%}
with customer_days as (

    select * from {{ ref('customer_days') }}

),

first_orders as (

    select * from {{ ref('first_orders') }}

),

refund_day_moves as (

    select * from {{ ref('refund_day_moves') }}
    where is_in_cohorts

),

shop as (

    select * from {{ ref('stg_shop') }}

),

days as (

    select * from customer_days
    union all by name
    select * from refund_day_moves

),

-- Period 0 begins with the first order. A credit note for something bought before the known history has no earlier
-- period to go to, and stays in it.
movements as (

    select
        first_orders.cohort_month,
        days.order_count,
        days.net_revenue_amount,
        shop.cohort_basis as revenue_basis,
        {{ basis_amount('shop.cohort_basis', 'days') }} as basis_amount,
        greatest(datediff('month', first_orders.first_order_date, days.activity_date), 0)
            as calendar_month_number,
        greatest((days.activity_date - first_orders.first_order_date) // 30, 0) as thirty_days_number
    from days
    cross join shop
    inner join first_orders on days.customer_id = first_orders.customer_id

)

{% for period_kind in period_kinds %}
    select
        '{{ period_kind }}' as period_kind,
        cohort_month,
        {{ period_kind }}_number as period_number,
        revenue_basis,
        cast(sum(order_count) as bigint) as order_count,
        cast(sum(net_revenue_amount) as decimal(18, 4)) as net_revenue_amount,
        cast(sum(basis_amount) as decimal(18, 4)) as basis_amount
    from movements
    group by all
    {% if not loop.last %}union all{% endif %}
{%- endfor %}
