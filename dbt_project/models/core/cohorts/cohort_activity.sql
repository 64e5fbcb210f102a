{%- set period_kinds = ['calendar_month', 'thirty_days'] -%}
with purchase_days as (

    select * from {{ ref('purchase_days') }}

),

first_orders as (

    select * from {{ ref('first_orders') }}

),

purchases as (

    select
        first_orders.cohort_month,
        first_orders.first_order_date,
        purchase_days.purchase_date,
        purchase_days.purchase_number,
        if(purchase_days.is_followed, purchase_days.purchase_date + cast(purchase_days.gap_days as integer), null)
            as next_purchase_date,
        datediff('month', first_order_date, purchase_date) as calendar_month_number,
        datediff('month', first_order_date, next_purchase_date) as next_calendar_month_number,
        (purchase_date - first_order_date) // 30 as thirty_days_number,
        (next_purchase_date - first_order_date) // 30 as next_thirty_days_number
    from purchase_days
    inner join first_orders on purchase_days.customer_id = first_orders.customer_id

)

-- A customer is counted once a period: at the last purchase in it.
{% for period_kind in period_kinds %}
    {%- set is_last_of_period %}{{ period_kind }}_number is distinct from next_{{ period_kind }}_number{% endset %}
    select
        '{{ period_kind }}' as period_kind,
        cohort_month,
        {{ period_kind }}_number as period_number,
        count(*) filter (where {{ is_last_of_period }}) as active_customer_count,
        count(*) filter (where {{ is_last_of_period }} and purchase_number > 1) as returning_customer_count,
        count(*) filter (where purchase_number = 2) as first_return_customer_count
    from purchases
    group by all
    {% if not loop.last %}union all{% endif %}
{%- endfor %}
