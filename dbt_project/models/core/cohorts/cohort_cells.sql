{%- set period_kinds = ['calendar_month', 'thirty_days'] -%}
with customer_days as (

    select * from {{ ref('customer_days') }}

),

purchase_days as (

    select * from {{ ref('purchase_days') }}

),

customer_features as (

    select * from {{ ref('customer_features') }}

),

refund_day_moves as (

    select * from {{ ref('refund_day_moves') }}

),

shop as (

    select * from {{ ref('stg_shop') }}

),

-- Refunds are on their order's day, unless the shop has them on their own here.
days as (

    select
        customer_days.customer_id,
        customer_days.activity_date,
        customer_days.order_count,
        customer_days.net_revenue_amount,
        {{ basis_amount('cohort_basis', 'customer_days') }} as basis_amount
    from customer_days
    cross join shop
    union all
    select
        refund_day_moves.customer_id,
        refund_day_moves.activity_date,
        refund_day_moves.order_count,
        refund_day_moves.net_revenue_amount,
        {{ basis_amount('cohort_basis', 'refund_day_moves') }} as basis_amount
    from refund_day_moves
    cross join shop
    where shop.cohort_refund_clock = 'refund_day'

),

-- Period 0 begins with the first order. A credit note for something bought before the known history has no earlier
-- period to go to, and stays in it.
movements as (

    select
        customer_features.cohort_month,
        days.order_count,
        days.net_revenue_amount,
        days.basis_amount,
        greatest(datediff('month', customer_features.first_order_date, days.activity_date), 0)
            as calendar_month_number,
        greatest((days.activity_date - customer_features.first_order_date) // 30, 0) as thirty_days_number
    from days
    inner join customer_features on days.customer_id = customer_features.customer_id

),

purchases as (

    select
        customer_features.cohort_month,
        customer_features.first_order_date,
        purchase_days.purchase_date,
        purchase_days.purchase_number,
        if(purchase_days.is_followed, purchase_days.purchase_date + cast(purchase_days.gap_days as integer), null)
            as next_purchase_date,
        datediff('month', first_order_date, purchase_date) as calendar_month_number,
        datediff('month', first_order_date, next_purchase_date) as next_calendar_month_number,
        (purchase_date - first_order_date) // 30 as thirty_days_number,
        (next_purchase_date - first_order_date) // 30 as next_thirty_days_number
    from purchase_days
    inner join customer_features on purchase_days.customer_id = customer_features.customer_id

),

money_cells as (
    {% for period_kind in period_kinds %}
        select
            '{{ period_kind }}' as period_kind,
            cohort_month,
            {{ period_kind }}_number as period_number,
            sum(order_count) as order_count,
            sum(net_revenue_amount) as net_revenue_amount,
            sum(basis_amount) as basis_amount
        from movements
        group by all
        {% if not loop.last %}union all{% endif %}
    {%- endfor %}

),

-- A customer is counted once a period: at the last purchase in it.
customer_cells as (
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

)

select
    period_kind,
    cohort_month,
    period_number,
    coalesce(customer_cells.active_customer_count, 0) as active_customer_count,
    coalesce(customer_cells.returning_customer_count, 0) as returning_customer_count,
    coalesce(customer_cells.first_return_customer_count, 0) as first_return_customer_count,
    cast(money_cells.order_count as bigint) as order_count,
    cast(money_cells.net_revenue_amount as decimal(18, 4)) as net_revenue_amount,
    cast(money_cells.basis_amount as decimal(18, 4)) as basis_amount
from money_cells
left join customer_cells using (period_kind, cohort_month, period_number)
