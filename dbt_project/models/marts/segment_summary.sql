with segment_totals as (

    select * from {{ ref('segment_totals') }}

),

clv_formula as (

    select * from {{ ref('clv_formula') }}

),

prediction_run as (

    select * from {{ source('predictions', 'prediction_run') }}

),

segment_forecasts as (

    select * from {{ source('predictions', 'segment_forecasts') }}

),

segments as (

    select
        *,
        observed_days / 365.25 as observed_customer_years,
        sum(customer_count) over of_segmentation as all_customer_count,
        sum(net_revenue_amount) over of_segmentation as all_net_revenue_amount
    from segment_totals
    window of_segmentation as (partition by segmentation)

),

summary as (

    select
        -- ids and text
        segments.segmentation,
        segments.segment,
        prediction_run.clv_method,
        prediction_run.clv_status,

        -- days and flags
        clv_formula.is_lifespan_reliable,
        clv_formula.has_dominant_order,

        -- counts
        segments.customer_count,
        segments.repeat_customer_count,
        segments.order_count,
        segments.purchase_day_count,

        -- amounts
        segments.net_revenue_amount,
        {{ money_ratio('segments.net_revenue_amount', 'segments.order_count') }} as average_order_value_amount,
        {{ money_ratio('segments.net_revenue_amount', 'segments.customer_count') }} as net_revenue_per_customer_amount,
        clv_formula.capped_average_order_value_amount,
        clv_formula.formula_clv_amount,
        clv_formula.capped_formula_clv_amount,
        segments.predicted_clv_12m_amount,
        segment_forecasts.p10_amount as predicted_clv_12m_p10_amount,
        segment_forecasts.p50_amount as predicted_clv_12m_p50_amount,
        segment_forecasts.p90_amount as predicted_clv_12m_p90_amount,
        segment_forecasts.model_p10_amount,
        segment_forecasts.model_p90_amount,

        -- rates and years
        segments.customer_count / cast(segments.all_customer_count as bigint) as share_of_customers_rate,
        cast(segments.net_revenue_amount as double) / nullif(cast(segments.all_net_revenue_amount as double), 0)
            as share_of_revenue_rate,
        segments.observed_customer_years,
        segments.order_count / segments.observed_customer_years as orders_per_year,
        clv_formula.second_purchase_rate,
        clv_formula.next_purchase_rate,
        clv_formula.first_gap_days,
        clv_formula.later_gap_days,
        clv_formula.orders_per_active_year,
        clv_formula.lifespan_years,
        clv_formula.lifespan_years_low,
        clv_formula.lifespan_years_high,
        clv_formula.lifespan_horizon_years,

        -- widths and ranges
        segment_forecasts.model_log_sd,
        segment_forecasts.backtest_log_sd,
        segments.segment_min_value,
        segments.segment_max_value

    from segments
    cross join prediction_run
    left join clv_formula
        on segments.segmentation = clv_formula.segmentation and segments.segment = clv_formula.segment
    left join segment_forecasts
        on segments.segmentation = segment_forecasts.segmentation and segments.segment = segment_forecasts.segment

)

{{ published('summary', with_as_of_date=true) }}
