{#- What the segments of a segmentation are ranges of, where they are. -#}
{%- set measures = {
    'value_tier': 'value_basis_amount',
    'recency_score': 'days_since_last_order',
    'frequency_score': 'window_purchase_day_count',
    'monetary_score': 'window_scored_amount',
} -%}
{#- Stages follow from the night's predictions, so this one segmentation is not among segment_members. -#}
{%- set all_segmentations = dict(segmentations(), lifecycle_stage='lifecycle_stage') -%}
with customer_features as (

    select * from {{ ref('customer_features') }}

),

customer_groups as (

    select * from {{ ref('customer_groups') }}

),

customer_lifecycles as (

    select * from {{ ref('customer_lifecycles') }}

),

customer_predictions as (

    select * from {{ ref('customer_predictions') }}

),

members as (

    select
        customer_features.*,
        customer_groups.* exclude (customer_id),
        customer_lifecycles.lifecycle_stage,
        customer_predictions.predicted_clv_12m_amount
    from customer_features
    inner join customer_groups on customer_features.customer_id = customer_groups.customer_id
    inner join customer_lifecycles on customer_features.customer_id = customer_lifecycles.customer_id
    inner join customer_predictions on customer_features.customer_id = customer_predictions.customer_id

)

{% for segmentation, segment in all_segmentations.items() %}
    {%- set measure = measures.get(segmentation, 'null') %}
    select
        '{{ segmentation }}' as segmentation,
        {{ segment }} as segment,
        count(*) as customer_count,
        count(*) filter (where repeat_purchase_count > 0) as repeat_customer_count,
        cast(sum(order_count) as bigint) as order_count,
        cast(sum(purchase_day_count) as bigint) as purchase_day_count,
        cast(sum(days_since_first_order + 1) as bigint) as observed_days,
        cast(sum(net_revenue_amount) as decimal(18, 4)) as net_revenue_amount,
        cast(sum(predicted_clv_12m_amount) as decimal(18, 4)) as predicted_clv_12m_amount,
        cast(min({{ measure }}) as double) as segment_min_value,
        cast(max({{ measure }}) as double) as segment_max_value
    from members
    group by segment
    {% if not loop.last %}union all{% endif %}
{%- endfor %}
