{#- Each segmentation, and the measure its segments are ranges of, where they are. -#}
{%- set segmentations = {
    'all': none,
    'acquisition_year': none,
    'first_country': none,
    'first_sales_channel': none,
    'first_marketing_channel': none,
    'customer_kind': none,
    'new_or_returning': none,
    'lifecycle_stage': none,
    'top_category': none,
    'top_revenue_set': none,
    'value_tier': 'net_revenue_amount',
    'rfm_segment': none,
    'recency_score': 'days_since_last_order',
    'frequency_score': 'window_purchase_day_count',
    'monetary_score': 'window_net_revenue_amount',
} -%}
with customer_features as (

    select * from {{ ref('customer_features') }}

),

customer_segments as (

    select * from {{ ref('customer_segments') }}

),

members as (

    select
        customer_features.*,
        customer_segments.value_tier,
        customer_segments.rfm_segment,
        customer_segments.lifecycle_stage,
        customer_segments.new_or_returning,
        customer_segments.window_purchase_day_count,
        customer_segments.window_net_revenue_amount,
        'all' as "all",
        if(customer_features.is_business, 'business', 'consumer') as customer_kind,
        if(customer_segments.in_top_revenue_set, 'in', 'out') as top_revenue_set,
        {%- for score in ['recency_score', 'frequency_score', 'monetary_score'] %}
            coalesce(cast(customer_segments.{{ score }} as varchar), 'business') as {{ score }},
        {%- endfor %}
        coalesce(customer_segments.top_category, 'unknown') as top_category
    from customer_features
    inner join customer_segments on customer_features.customer_id = customer_segments.customer_id

)

{% for segmentation, measure in segmentations.items() %}
    select
        '{{ segmentation }}' as segmentation,
        "{{ segmentation }}" as segment,
        count(*) as customer_count,
        count(*) filter (where repeat_purchase_count > 0) as repeat_customer_count,
        cast(sum(order_count) as bigint) as order_count,
        cast(sum(purchase_day_count) as bigint) as purchase_day_count,
        cast(sum(days_since_first_order + 1) as bigint) as observed_days,
        cast(sum(net_revenue_amount) as decimal(18, 4)) as net_revenue_amount,
        cast(min({{ measure or 'null' }}) as double) as from_value,
        cast(max({{ measure or 'null' }}) as double) as to_value
    from members
    group by segment
    {% if not loop.last %}union all{% endif %}
{%- endfor %}
