{#- Below 0.5 the customer is likelier gone than not. -#}
{%- set at_risk_below = 0.5 -%}
{#- Below 0.2, four of five such people never come back. -#}
{%- set lapsed_below = 0.2 -%}
{#- Where most buy once, the model gives a buyer of yesterday less than 0.5. A month of silence, or what the shop
    calls usual where that is less, is no sign of anything yet. -#}
{%- set no_sign_days = 30 -%}
with customer_features as (

    select * from {{ ref('customer_features') }}

),

customer_groups as (

    select * from {{ ref('customer_groups') }}

),

customer_predictions as (

    select * from {{ ref('customer_predictions') }}

),

shop as (

    select * from {{ ref('stg_shop') }}

),

-- Own rhythm first: five gaps say more about a person than a model of everybody. A fallback's or a prior's
-- probability says nothing about this shop.
judged as (

    select
        customer_features.*,
        customer_predictions.probability_alive,
        case
            when customer_features.has_own_rhythm then 'own_rhythm'
            when
                customer_predictions.clv_status in ('ok', 'low_data')
                and customer_predictions.clv_method in ('bg_nbd', 'mbg_nbd')
                and customer_predictions.alive_method = 'mbg_nbd'
                then 'probability_alive'
            else 'shop_rhythm'
        end as lifecycle_method,
        lifecycle_method = 'probability_alive'
        and customer_features.days_since_last_order > least({{ no_sign_days }}, customer_features.at_risk_after_days)
            as can_be_late_by_model,
        if(
            lifecycle_method = 'probability_alive',
            can_be_late_by_model and customer_predictions.probability_alive < {{ at_risk_below }},
            customer_features.days_since_last_order > customer_features.at_risk_after_days
        ) as is_late,
        if(
            lifecycle_method = 'probability_alive',
            can_be_late_by_model and customer_predictions.probability_alive < {{ lapsed_below }},
            customer_features.days_since_last_order > customer_features.lapsed_after_days
        ) as is_gone
    from customer_features
    inner join customer_predictions on customer_features.customer_id = customer_predictions.customer_id

)

select
    -- ids and text
    shop.source_id,
    judged.customer_id,
    customer_groups.rfm_segment,
    customer_groups.value_tier,
    case
        when judged.is_gone then if(judged.repeat_purchase_count = 0, 'one_time', 'lapsed')
        when judged.is_late then 'at_risk'
        when judged.repeat_purchase_count = 0 then 'new'
        -- Back after a silence that looked like the end, and not yet late again.
        when judged.last_gap_days > judged.lapsed_after_days then 'reactivated'
        else 'active'
    end as lifecycle_stage,
    judged.lifecycle_method,
    customer_groups.new_or_returning,
    customer_groups.top_category,
    shop.definition_version,

    -- flags
    judged.is_business,
    customer_groups.in_top_revenue_set,
    judged.has_own_rhythm,

    -- counts, scores and probabilities
    customer_groups.window_purchase_day_count,
    customer_groups.recency_score,
    customer_groups.frequency_score,
    customer_groups.monetary_score,
    judged.probability_alive,

    -- days
    shop.as_of_date,
    judged.days_since_last_order,
    judged.median_gap_days,
    judged.at_risk_after_days,
    judged.lapsed_after_days,

    -- amounts
    judged.net_revenue_amount,
    customer_groups.window_net_revenue_amount,
    customer_groups.window_scored_amount

from judged
cross join shop
inner join customer_groups on judged.customer_id = customer_groups.customer_id
