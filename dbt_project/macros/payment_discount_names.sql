{#- What pays and may be a discount on the goods, and its name. -#}
{% macro payment_discount_names() -%}
    {{ return({'points': 'loyalty points', 'store_credit': 'store credit', 'gift_card': 'gift cards'}) }}
{%- endmacro %}
