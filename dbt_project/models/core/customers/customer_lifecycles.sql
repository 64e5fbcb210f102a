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

customer_rhythms as (

    select * from {{ ref('customer_rhythms') }}

),

customer_predictions as (

    select * from {{ ref('customer_predictions') }}

),

-- Own rhythm first: five gaps say more about a person than a model of everybody. A fallback's or a prior's
-- probability says nothing about this shop.
judged as (

    select
        customer_features.customer_id,
        customer_features.repeat_purchase_count,
        customer_rhythms.last_gap_days > customer_rhythms.lapsed_after_days as is_back,
        case
            when customer_rhythms.has_own_rhythm then 'own_rhythm'
            when
                customer_predictions.clv_status in ('ok', 'low_data')
                and customer_predictions.clv_method in ('bg_nbd', 'mbg_nbd')
                and customer_predictions.alive_method = 'mbg_nbd'
                then 'probability_alive'
            else 'shop_rhythm'
        end as lifecycle_method,
        lifecycle_method = 'probability_alive'
        and customer_features.days_since_last_order > least({{ no_sign_days }}, customer_rhythms.at_risk_after_days)
            as can_be_late_by_model,
        if(
            lifecycle_method = 'probability_alive',
            can_be_late_by_model and customer_predictions.probability_alive < {{ at_risk_below }},
            customer_features.days_since_last_order > customer_rhythms.at_risk_after_days
        ) as is_late,
        if(
            lifecycle_method = 'probability_alive',
            can_be_late_by_model and customer_predictions.probability_alive < {{ lapsed_below }},
            customer_features.days_since_last_order > customer_rhythms.lapsed_after_days
        ) as is_gone
    from customer_features
    inner join customer_rhythms on customer_features.customer_id = customer_rhythms.customer_id
    inner join customer_predictions on customer_features.customer_id = customer_predictions.customer_id

)

select
    customer_id,
    case
        when is_gone then if(repeat_purchase_count = 0, 'one_time', 'lapsed')
        when is_late then 'at_risk'
        when repeat_purchase_count = 0 then 'new'
        -- After a silence that looked like the end, and not yet late again.
        when is_back then 'reactivated'
        else 'active'
    end as lifecycle_stage,
    lifecycle_method
from judged
