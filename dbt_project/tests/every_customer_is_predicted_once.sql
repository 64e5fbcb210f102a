{{ config(meta={'dagster': {'ref': {'name': 'customer_predictions'}}}) }}

-- Tonight's customers and the customers predicted are the same people, once each.
with people as (

    select
        customer_id,
        1 as known_count,
        0 as predicted_count
    from {{ ref('customer_features') }}
    union all
    select
        customer_id,
        0 as known_count,
        1 as predicted_count
    from {{ ref('customer_predictions') }}

)

select
    customer_id,
    sum(known_count) as known_count,
    sum(predicted_count) as predicted_count
from people
group by customer_id
having sum(known_count) <> 1 or sum(predicted_count) <> 1
