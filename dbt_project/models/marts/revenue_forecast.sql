with revenue_forecast as (

    select * from {{ source('predictions', 'revenue_forecast') }}

),

night as (

    select * from {{ source('predictions', 'night') }}

),

shop as (

    select * from {{ ref('stg_shop') }}

),

dated as (

    select
        *,
        cast(shop.as_of_date + to_months(revenue_forecast.month_ahead - 1) as date) as forecast_start_date
    from revenue_forecast
    cross join shop

)

select
    -- ids and text
    dated.source_id,
    strftime(dated.forecast_start_date, '%Y-%m') as forecast_month,
    night.clv_method,
    night.clv_status,
    dated.definition_version,

    -- counts
    dated.month_ahead,

    -- days
    dated.as_of_date,
    dated.forecast_start_date,
    cast(night.model_fitted_date as timestamp) as model_fitted_at,

    -- amounts
    dated.expected_amount as predicted_revenue_amount,
    dated.p10_amount as predicted_revenue_p10_amount,
    dated.p50_amount as predicted_revenue_p50_amount,
    dated.p90_amount as predicted_revenue_p90_amount,
    dated.model_p10_amount,
    dated.model_p90_amount,

    -- widths
    dated.model_log_sd,
    dated.backtest_log_sd

from dated
cross join night
