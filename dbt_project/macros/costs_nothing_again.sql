{#- Whether goods that left an order give back what they cost, as the shop has chosen. -#}
{% macro costs_nothing_again(is_restocked) -%}
    if(shop.cost_back_on_return = 'restocked', {{ is_restocked }}, shop.cost_back_on_return = 'always')
{%- endmacro %}
