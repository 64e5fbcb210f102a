with backtest_scores as (

    select * from {{ source('predictions', 'backtest_scores') }}

),

scores as (

    select
        -- ids and text
        backtest_scores.model,
        backtest_scores.metric,

        -- flags and counts
        backtest_scores.is_champion,
        backtest_scores.horizon_months,

        -- days
        backtest_scores.origin_date,

        -- figures, in the unit of the metric
        backtest_scores.value as metric_value

    from backtest_scores

)

{{ published('scores', with_as_of_date=true) }}
