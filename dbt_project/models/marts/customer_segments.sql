with customer_features as (

    select * from {{ ref('customer_features') }}

),

customer_groups as (

    select * from {{ ref('customer_groups') }}

),

customer_rhythms as (

    select * from {{ ref('customer_rhythms') }}

),

customer_lifecycles as (

    select * from {{ ref('customer_lifecycles') }}

),

customer_predictions as (

    select * from {{ ref('customer_predictions') }}

),

segments as (

    select
        -- ids and text
        customer_features.customer_id,
        customer_groups.rfm_segment,
        customer_groups.not_ranked_reason,
        customer_groups.value_tier,
        customer_lifecycles.lifecycle_stage,
        customer_lifecycles.lifecycle_method,
        customer_groups.new_or_returning,
        customer_groups.top_category,

        -- flags
        customer_features.is_business,
        customer_groups.is_in_top_revenue_set,
        customer_rhythms.has_own_rhythm,
        customer_groups.is_within_rhythm,

        -- counts, scores and probabilities
        customer_groups.window_purchase_day_count,
        customer_groups.recency_score,
        customer_groups.frequency_score,
        customer_groups.monetary_score,
        customer_predictions.probability_alive,

        -- days
        customer_features.days_since_last_order,
        customer_rhythms.median_gap_days,
        customer_rhythms.at_risk_after_days,
        customer_rhythms.lapsed_after_days,

        -- amounts
        customer_features.net_revenue_amount,
        customer_groups.window_net_revenue_amount,
        customer_groups.window_scored_amount

    from customer_features
    inner join customer_groups on customer_features.customer_id = customer_groups.customer_id
    inner join customer_rhythms on customer_features.customer_id = customer_rhythms.customer_id
    inner join customer_lifecycles on customer_features.customer_id = customer_lifecycles.customer_id
    inner join customer_predictions on customer_features.customer_id = customer_predictions.customer_id

)

{{ published('segments', with_as_of_date=true) }}
