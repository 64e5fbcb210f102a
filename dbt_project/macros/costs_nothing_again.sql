{#- Whether goods that come back cost nothing any more; `cost_back_on_return` is the setting. -#}
{% macro costs_nothing_again(cost_back_on_return, is_restocked) -%}
    if({{ cost_back_on_return }} = 'restocked', {{ is_restocked }}, {{ cost_back_on_return }} = 'always')
{%- endmacro %}
