{#- An exact sum of money divided by a count, to four decimals; NULL when there is nothing to divide by. -#}
{% macro money_ratio(amount, count) -%}
    cast(round(cast({{ amount }} as double) / nullif({{ count }}, 0), 4) as decimal(18, 4))
{%- endmacro %}
