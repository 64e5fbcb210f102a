{#-
    Every segmentation that is known before the night's predictions, and how a segment is called: text over the columns
    of customer_features and customer_groups.
-#}
{% macro segmentations() -%}
    {{ return({
        'all': "'all'",
        'acquisition_year': 'acquisition_year',
        'first_country': "coalesce(first_country, 'unknown')",
        'first_sales_channel': "coalesce(first_sales_channel, 'unknown')",
        'first_marketing_channel': "coalesce(first_marketing_channel, 'unknown')",
        'first_order_discount': "if(is_welcome_code_acquired, 'welcome code', if(is_discount_acquired, 'discount', 'full price'))",
        'customer_kind': "if(is_business, 'business', 'consumer')",
        'new_or_returning': 'new_or_returning',
        'top_category': "coalesce(top_category, 'unknown')",
        'top_revenue_set': "if(is_in_top_revenue_set, 'in', 'out')",
        'value_tier': 'value_tier',
        'rfm_segment': 'rfm_segment',
        'recency_score': "coalesce(cast(recency_score as varchar), if(rfm_segment = 'business', 'business', 'not_ranked'))",
        'frequency_score': "coalesce(cast(frequency_score as varchar), if(rfm_segment = 'business', 'business', 'not_ranked'))",
        'monetary_score': "coalesce(cast(monetary_score as varchar), if(rfm_segment = 'business', 'business', 'not_ranked'))",
    }) }}
{%- endmacro %}

{#- Those by what was known at the first order: one made of what customers did since cannot say how long they stay. -#}
{% macro formula_segmentations() -%}
    {{ return(['all', 'acquisition_year', 'first_country', 'first_sales_channel', 'first_marketing_channel']) }}
{%- endmacro %}
