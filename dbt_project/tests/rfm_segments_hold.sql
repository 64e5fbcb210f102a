{{ config(meta={'dagster': {'ref': {'name': 'customer_segments'}}}) }}

-- Nobody who is silent for no longer than usual is called gone or going, nobody who bought longest ago is a champion,
-- and who is not ranked has a reason.
with longest_ago as (

    select max(days_since_last_order) as days
    from {{ ref('customer_segments') }}
    where recency_score is not null

)

select customers.customer_id
from {{ ref('customer_segments') }} as customers
cross join longest_ago
where
    (customers.is_within_rhythm and customers.rfm_segment in {{ gone_or_going_segments() }})
    or (customers.rfm_segment = 'champions' and customers.days_since_last_order >= longest_ago.days)
    or (customers.rfm_segment = 'not_ranked') <> (customers.not_ranked_reason is not null)
