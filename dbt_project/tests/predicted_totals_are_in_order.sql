{{ config(meta={'dagster': {'ref': {'name': 'segment_summary'}}}) }}

-- Quantiles of totals are in order, the backtest only widens, and only segments made of predictions have none.
with totals as (

    select
        segmentation || ' ' || segment as total,
        predicted_clv_12m_p10_amount as p10_amount,
        predicted_clv_12m_p50_amount as p50_amount,
        predicted_clv_12m_p90_amount as p90_amount,
        model_p10_amount,
        model_p90_amount,
        model_log_sd,
        backtest_log_sd
    from {{ ref('segment_summary') }}
    where segmentation <> 'lifecycle_stage'
    union all
    select
        'month ' || month_ahead as total,
        predicted_revenue_p10_amount,
        predicted_revenue_p50_amount,
        predicted_revenue_p90_amount,
        model_p10_amount,
        model_p90_amount,
        model_log_sd,
        backtest_log_sd
    from {{ ref('revenue_forecast') }}

)

select total
from totals
where
    not coalesce(
        p10_amount >= 0
        and p50_amount between p10_amount and p90_amount
        and model_p10_amount between p10_amount and model_p90_amount
        and model_p90_amount <= p90_amount
        and model_log_sd >= 0
        and backtest_log_sd >= 0,
        false
    )
union all
select 'lifecycle_stage ' || segment as total
from {{ ref('segment_summary') }}
where segmentation = 'lifecycle_stage' and predicted_clv_12m_p50_amount is not null
