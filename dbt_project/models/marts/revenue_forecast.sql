with month_forecasts as (

    select * from {{ source('predictions', 'month_forecasts') }}

),

prediction_run as (

    select * from {{ source('predictions', 'prediction_run') }}

),

shop as (

    select * from {{ ref('stg_shop') }}

),

dated as (

    select
        *,
        cast(shop.as_of_date + to_months(month_forecasts.month_ahead - 1) as date) as forecast_start_date
    from month_forecasts
    cross join shop

),

months as (

    select
        -- ids and text
        strftime(dated.forecast_start_date, '%Y-%m') as forecast_month,
        prediction_run.clv_method,
        prediction_run.clv_status,

        -- counts
        dated.month_ahead,

        -- days
        dated.forecast_start_date,
        cast(prediction_run.model_fitted_date as timestamp) as model_fitted_at,

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
    cross join prediction_run

)

{{ published('months', with_as_of_date=true) }}
