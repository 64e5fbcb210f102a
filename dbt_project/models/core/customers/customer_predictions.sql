{{ config(materialized='view') }}

with customer_clv as (

    select * from {{ source('predictions', 'customer_clv') }}

),

prediction_run as (

    select * from {{ source('predictions', 'prediction_run') }}

)

select
    customer_clv.*,
    prediction_run.clv_method,
    prediction_run.spend_method,
    prediction_run.alive_method,
    prediction_run.is_alive_from_clv_fit,
    prediction_run.clv_status,
    cast(prediction_run.model_fitted_date as timestamp) as model_fitted_at,
    prediction_run.longest_reliable_horizon_months < 12 as is_extrapolated
from customer_clv
cross join prediction_run
