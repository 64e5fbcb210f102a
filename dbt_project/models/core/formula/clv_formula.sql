{#- Fewer customers, or fewer who came back, say nothing about how long customers stay. -#}
{%- set least_customers = 100 -%}
{%- set least_repeat_customers = 30 -%}
{#- From here on one order alone moves the average order value, and with it the formula CLV of everybody. -#}
{%- set dominant_rate = 0.1 -%}
with customer_features as (

    select * from {{ ref('customer_features') }}

),

segment_lifespans as (

    select * from {{ ref('segment_lifespans') }}

),

capped_order_values as (

    select * from {{ ref('capped_order_values') }}

),

totals as (
    {% for segmentation in formula_segmentations() %}
        select
            '{{ segmentation }}' as segmentation,
            {{ segmentations()[segmentation] }} as segment,
            count(*) as customer_count,
            count(*) filter (where repeat_purchase_count > 0) as repeat_customer_count,
            cast(sum(order_count) as bigint) as order_count,
            cast(sum(purchase_day_count) as bigint) as purchase_day_count,
            cast(sum(net_revenue_amount) as decimal(18, 4)) as net_revenue_amount
        from customer_features
        group by segment
        {% if not loop.last %}union all{% endif %}
    {%- endfor %}

),

factors as (

    select
        totals.segmentation,
        totals.segment,
        segment_lifespans.* exclude (segmentation, segment),
        {{ money_ratio('totals.net_revenue_amount', 'totals.order_count') }} as average_order_value_amount,
        {{ money_ratio('(totals.net_revenue_amount - capped_order_values.amount_over_cap)', 'totals.order_count') }}
            as capped_average_order_value_amount,
        capped_order_values.largest_amount_over_cap > {{ dominant_rate }} * totals.net_revenue_amount
            as has_dominant_order,
        -- Lives are counted in purchase days, and a purchase day holds this many orders.
        totals.order_count / totals.purchase_day_count
        * segment_lifespans.purchases_per_life / segment_lifespans.unlimited_lifespan_years as orders_per_active_year
    from totals
    inner join capped_order_values
        on totals.segmentation = capped_order_values.segmentation and totals.segment = capped_order_values.segment
    left join segment_lifespans
        on
            totals.segmentation = segment_lifespans.segmentation
            and totals.segment = segment_lifespans.segment
            and totals.customer_count >= {{ least_customers }}
            and totals.repeat_customer_count >= {{ least_repeat_customers }}

)

select
    -- ids and flags
    factors.segmentation,
    factors.segment,
    factors.is_lifespan_reliable,
    factors.has_dominant_order,

    -- the factors, and their product
    factors.average_order_value_amount,
    factors.capped_average_order_value_amount,
    round(factors.orders_per_active_year, 6) as orders_per_active_year,
    factors.lifespan_years,
    factors.lifespan_years_low,
    factors.lifespan_years_high,
    factors.lifespan_horizon_years,
    {%- for capped in ['', 'capped_'] %}
        cast(
            round(
                factors.{{ capped }}average_order_value_amount
                * factors.orders_per_active_year * factors.lifespan_years,
                4
            ) as decimal(18, 4)
        ) as {{ capped }}formula_clv_amount,
    {%- endfor %}

    -- how the lifespan comes about
    factors.second_purchase_rate,
    factors.next_purchase_rate,
    factors.first_gap_days,
    factors.later_gap_days

from factors
