with customer_features as (

    select * from {{ ref('customer_features') }}

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

)

select
    -- ids and text
    customer_features.customer_id,
    case
        when rfm_scores.customer_id is null then 'business'
        else rfm_grid.rfm_segment
    end as rfm_segment,
    value_groups.value_tier,
    if(customer_features.repeat_purchase_count = 0, 'new', 'returning') as new_or_returning,
    top_categories.category as top_category,

    -- flags
    value_groups.is_in_top_revenue_set,

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
left join rfm_scores on customer_features.customer_id = rfm_scores.customer_id
left join rfm_grid
    on
        rfm_scores.recency_score = rfm_grid.recency_score
        and rfm_scores.fm_score = rfm_grid.fm_score
left join top_categories on customer_features.customer_id = top_categories.customer_id
