{#- The RFM segments that say a customer is gone, or about to be. -#}
{% macro gone_or_going_segments() -%}
    ('about_to_sleep', 'at_risk', 'cannot_lose_them', 'hibernating', 'lost')
{%- endmacro %}
