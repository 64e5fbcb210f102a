with model_scorecard as (

    select * from {{ source('predictions', 'model_scorecard') }}

),

shop as (

    select * from {{ ref('stg_shop') }}

)

select
    -- ids and text
    shop.source_id,
    model_scorecard.model,
    model_scorecard.metric,
    shop.definition_version,

    -- flags and counts
    model_scorecard.is_champion,
    model_scorecard.horizon_months,

    -- days
    shop.as_of_date,
    model_scorecard.origin_date,

    -- figures, in the unit of the metric
    model_scorecard.value as metric_value

from model_scorecard
cross join shop
