{#- The amount of these days, or customers, that a mart weighs customers by, as the shop has it. -#}
{% macro basis_amount(setting, amounts) -%}
    case shop.{{ setting }}
        when 'gross' then {{ amounts }}.gross_amount
        when 'net_and_shipping' then {{ amounts }}.net_revenue_amount + {{ amounts }}.shipping_amount
        when 'total' then {{ amounts }}.net_revenue_amount + {{ amounts }}.shipping_amount + {{ amounts }}.tax_amount
        when 'gross_margin' then {{ amounts }}.net_revenue_amount - {{ amounts }}.cost_of_goods_amount
        when 'contribution' then {{ amounts }}.contribution_amount
        else {{ amounts }}.net_revenue_amount
    end
{%- endmacro %}
