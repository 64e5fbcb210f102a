with backtest_scores as (

    select * from {{ source('predictions', 'backtest_scores') }}

),

shop as (

    select * from {{ ref('stg_shop') }}

)

select
    -- ids and text
    shop.source_id,
    backtest_scores.model,
    backtest_scores.metric,
    shop.definition_version,

    -- flags and counts
    backtest_scores.is_champion,
    backtest_scores.horizon_months,

    -- days
    shop.as_of_date,
    backtest_scores.origin_date,

    -- figures, in the unit of the metric
    backtest_scores.value as metric_value

from backtest_scores
cross join shop
