with customer_features as (

    select * from {{ ref('customer_features') }}

),

rfm_scores as (

    select * from {{ ref('rfm_scores') }}

),

rfm_segments as (

    select * from {{ ref('rfm_segments') }}

),

value_groups as (

    select * from {{ ref('value_groups') }}

),

top_categories as (

    select * from {{ ref('top_categories') }}

),

shop as (

    select * from {{ ref('stg_shop') }}

)

select
    -- ids and text
    shop.source_id,
    customer_features.customer_id,
    case
        when customer_features.is_business then 'business'
        else rfm_segments.rfm_segment
    end as rfm_segment,
    value_groups.value_tier,
    case
        when customer_features.days_since_last_order > customer_features.lapsed_after_days
            then if(customer_features.repeat_purchase_count = 0, 'one_time', 'lapsed')
        when customer_features.days_since_last_order > customer_features.at_risk_after_days then 'at_risk'
        when customer_features.repeat_purchase_count = 0 then 'new'
        -- Back after a silence that looked like the end, and not yet late again.
        when customer_features.last_gap_days > customer_features.lapsed_after_days then 'reactivated'
        else 'active'
    end as lifecycle_stage,
    if(customer_features.repeat_purchase_count = 0, 'new', 'returning') as new_or_returning,
    top_categories.category as top_category,
    shop.definition_version,

    -- flags
    customer_features.is_business,
    value_groups.in_top_revenue_set,
    customer_features.has_own_rhythm,

    -- counts and scores
    rfm_scores.window_purchase_day_count,
    rfm_scores.recency_score,
    rfm_scores.frequency_score,
    rfm_scores.monetary_score,

    -- days
    shop.as_of_date,
    customer_features.days_since_last_order,
    customer_features.median_gap_days,
    customer_features.at_risk_after_days,
    customer_features.lapsed_after_days,

    -- amounts
    customer_features.net_revenue_amount,
    rfm_scores.window_net_revenue_amount

from customer_features
cross join shop
inner join value_groups on customer_features.customer_id = value_groups.customer_id
left join rfm_scores on customer_features.customer_id = rfm_scores.customer_id
left join rfm_segments
    on
        rfm_scores.recency_score = rfm_segments.recency_score
        and rfm_scores.fm_score = rfm_segments.fm_score
left join top_categories on customer_features.customer_id = top_categories.customer_id
