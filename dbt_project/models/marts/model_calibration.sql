with model_calibration as (

    select * from {{ source('predictions', 'model_calibration') }}

),

shop as (

    select * from {{ ref('stg_shop') }}

)

select
    -- ids and text
    shop.source_id,
    model_calibration.model,
    shop.definition_version,

    -- flags and counts
    model_calibration.is_champion,
    model_calibration.horizon_months,
    model_calibration.decile,
    model_calibration.customer_count,

    -- days
    shop.as_of_date,
    model_calibration.origin_date,

    -- purchases and amounts
    model_calibration.predicted_purchase_count as predicted_purchases,
    cast(model_calibration.actual_purchase_count as bigint) as actual_purchase_count,
    model_calibration.predicted_amount,
    model_calibration.actual_amount

from model_calibration
cross join shop
