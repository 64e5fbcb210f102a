{#- Fewer customers, or fewer who came back, say nothing about how long customers stay. -#}
{%- set least_customers = 100 -%}
{%- set least_repeat_customers = 30 -%}
with segment_totals as (

    select * from {{ ref('segment_totals') }}

),

segment_lifespans as (

    select * from {{ ref('segment_lifespans') }}

),

prediction_run as (

    select * from {{ source('predictions', 'prediction_run') }}

),

segment_forecasts as (

    select * from {{ source('predictions', 'segment_forecasts') }}

),

shop as (

    select * from {{ ref('stg_shop') }}

),

factors as (

    select
        segment_totals.*,
        segment_lifespans.* exclude (segmentation, segment),
        {{ money_ratio('segment_totals.net_revenue_amount', 'segment_totals.order_count') }}
            as average_order_value_amount,
        segment_totals.observed_days / 365.25 as observed_customer_years,
        -- Lives are counted in purchase days, and a purchase day holds this many orders.
        segment_totals.order_count / segment_totals.purchase_day_count
        * segment_lifespans.purchases_per_life / segment_lifespans.unlimited_lifespan_years as orders_per_active_year,
        sum(segment_totals.customer_count) over segmentation as all_customer_count,
        sum(segment_totals.net_revenue_amount) over segmentation as all_net_revenue_amount
    from segment_totals
    left join segment_lifespans
        on
            segment_totals.segmentation = segment_lifespans.segmentation
            and segment_totals.segment = segment_lifespans.segment
            and segment_totals.customer_count >= {{ least_customers }}
            and segment_totals.repeat_customer_count >= {{ least_repeat_customers }}
    window segmentation as (partition by segment_totals.segmentation)

)

select
    -- ids and text
    shop.source_id,
    factors.segmentation,
    factors.segment,
    prediction_run.clv_method,
    prediction_run.clv_status,
    shop.definition_version,

    -- days and flags
    shop.as_of_date,
    factors.is_history_long_enough,

    -- counts
    factors.customer_count,
    factors.repeat_customer_count,
    factors.order_count,
    factors.purchase_day_count,

    -- amounts
    factors.net_revenue_amount,
    factors.average_order_value_amount,
    {{ money_ratio('factors.net_revenue_amount', 'factors.customer_count') }} as net_revenue_per_customer_amount,
    cast(
        round(factors.average_order_value_amount * factors.orders_per_active_year * factors.lifespan_years, 4)
        as decimal(18, 4)
    ) as formula_clv_amount,
    factors.predicted_clv_12m_amount,
    segment_forecasts.p10_amount as predicted_clv_12m_p10_amount,
    segment_forecasts.p50_amount as predicted_clv_12m_p50_amount,
    segment_forecasts.p90_amount as predicted_clv_12m_p90_amount,
    segment_forecasts.model_p10_amount,
    segment_forecasts.model_p90_amount,

    -- rates and years
    factors.customer_count / cast(factors.all_customer_count as bigint) as share_of_customers_rate,
    cast(factors.net_revenue_amount as double) / nullif(cast(factors.all_net_revenue_amount as double), 0)
        as share_of_revenue_rate,
    factors.observed_customer_years,
    factors.order_count / factors.observed_customer_years as orders_per_year,
    factors.second_purchase_rate,
    factors.next_purchase_rate,
    factors.first_gap_days,
    factors.later_gap_days,
    round(factors.orders_per_active_year, 6) as orders_per_active_year,
    factors.lifespan_years,
    factors.lifespan_years_low,
    factors.lifespan_years_high,
    factors.lifespan_horizon_years,

    -- widths and ranges
    segment_forecasts.model_log_sd,
    segment_forecasts.backtest_log_sd,
    factors.from_value,
    factors.to_value

from factors
cross join shop
cross join prediction_run
left join segment_forecasts
    on factors.segmentation = segment_forecasts.segmentation and factors.segment = segment_forecasts.segment
