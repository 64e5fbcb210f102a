with customer_features as (

    select * from {{ ref('customer_features') }}

),

customer_rhythms as (

    select * from {{ ref('customer_rhythms') }}

),

rfm_scores as (

    select * from {{ ref('rfm_scores') }}

),

rfm_grid as (

    select * from {{ ref('rfm_grid') }}

),

value_groups as (

    select * from {{ ref('value_groups') }}

),

top_categories as (

    select * from {{ ref('top_categories') }}

),

-- Not late, or silent for no longer than it usually takes this person, if only one gap tells.
rhythms as (

    select
        customer_features.customer_id,
        customer_features.days_since_last_order
        <= greatest(customer_rhythms.at_risk_after_days, customer_rhythms.median_gap_days) as is_within_rhythm
    from customer_features
    inner join customer_rhythms on customer_features.customer_id = customer_rhythms.customer_id

)

select
    -- ids and text
    customer_features.customer_id,
    case
        when rfm_scores.customer_id is null then 'business'
        when rfm_scores.not_ranked_reason is not null then 'not_ranked'
        -- Scores compare people with each other: where most bought yesterday, the others did so a day before.
        when rhythms.is_within_rhythm then rfm_grid.rfm_segment_within_rhythm
        else rfm_grid.rfm_segment
    end as rfm_segment,
    rfm_scores.not_ranked_reason,
    value_groups.value_tier,
    if(customer_features.repeat_purchase_count = 0, 'new', 'returning') as new_or_returning,
    top_categories.category as top_category,

    -- flags
    value_groups.is_in_top_revenue_set,
    rhythms.is_within_rhythm,

    -- counts, scores and amounts
    rfm_scores.window_purchase_day_count,
    rfm_scores.recency_score,
    rfm_scores.frequency_score,
    rfm_scores.monetary_score,
    rfm_scores.window_net_revenue_amount,
    rfm_scores.window_scored_amount,
    value_groups.basis_amount as value_basis_amount

from customer_features
inner join value_groups on customer_features.customer_id = value_groups.customer_id
inner join rhythms on customer_features.customer_id = rhythms.customer_id
left join rfm_scores on customer_features.customer_id = rfm_scores.customer_id
left join rfm_grid
    on
        rfm_scores.recency_score = rfm_grid.recency_score
        and rfm_scores.fm_score = rfm_grid.fm_score
left join top_categories on customer_features.customer_id = top_categories.customer_id
