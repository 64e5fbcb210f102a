{#- Each score and what it ranks by, worst first. -#}
{%- set ranked_by = {
    'recency_score': 'days_since_last_order desc',
    'frequency_score': 'window_purchase_day_count',
    'monetary_score': 'window_scored_amount',
} -%}
with rfm_measures as (

    select * from {{ ref('rfm_measures') }}

),

-- Equals share the place of the middle of their group, counted from the worst in half places, as in value_groups. By
-- the first place of the group, the best would be the worst wherever most people are the best.
placed as (

    select
        *,
        count(*) over () as consumer_count,
        {%- for score, measure in ranked_by.items() %}
            count(*) over (partition by {{ measure.split()[0] }}) as {{ score }}_equal_count,
            2 * (rank() over (order by {{ measure }}) - 1) + {{ score }}_equal_count as {{ score }}_half_places
            {%- if not loop.last %},{% endif %}
        {%- endfor %}
    from rfm_measures

),

-- Where all are equal, no place says anything.
scored as (

    select
        *,
        {%- for score in ranked_by %}
            if(
                {{ score }}_equal_count = consumer_count,
                null,
                1 + 5 * {{ score }}_half_places // (2 * consumer_count)
            ) as {{ score }}
            {%- if not loop.last %},{% endif %}
        {%- endfor %}
    from placed

)

select
    customer_id,
    window_purchase_day_count,
    window_net_revenue_amount,
    window_scored_amount,
    recency_score,
    frequency_score,
    monetary_score,
    -- Where one of the two says nothing, the other counts alone.
    (coalesce(frequency_score, monetary_score) + coalesce(monetary_score, frequency_score) + 1) // 2 as fm_score,
    case
        when consumer_count = 1 then 'single_customer'
        when recency_score is null then 'equal_recency'
        when fm_score is null then 'equal_frequency_and_value'
    end as not_ranked_reason
from scored
