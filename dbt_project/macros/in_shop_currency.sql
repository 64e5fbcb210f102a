{#-
    An amount of an order in the shop's currency, at four decimals; the rate is NULL where the order is in that
    currency already. Halves go away from zero, so that a refund of all takes back what the sale brought.
-#}
{% macro in_shop_currency(amount, rate) -%}
    if({{ rate }} is null, {{ amount }}, cast({{ amount }} * {{ rate }} as decimal(18, 4)))
{%- endmacro %}
