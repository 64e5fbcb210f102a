{#- Whether a refund says how much of its order went back, or will: one that failed, or is of nothing, does not. -#}
{% macro tells_how_much(refunds) -%}
    {{ refunds }}.order_id is not null and {{ refunds }}.state <> 'failed'
    and {{ refunds }}.net_amount + {{ refunds }}.shipping_amount + {{ refunds }}.tax_amount > 0
{%- endmacro %}
