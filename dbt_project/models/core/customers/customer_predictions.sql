{{ config(materialized='view') }}

with customer_clv as (

    select * from {{ source('predictions', 'customer_clv') }}

),

night as (

    select * from {{ source('predictions', 'night') }}

)

select
    customer_clv.*,
    night.clv_method,
    night.spend_method,
    night.alive_method,
    night.clv_status,
    cast(night.model_fitted_date as timestamp) as model_fitted_at,
    night.longest_sound_horizon_months < 12 as is_extrapolated
from customer_clv
cross join night
