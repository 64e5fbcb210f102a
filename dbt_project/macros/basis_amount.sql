{#- The amount, of these days or customers, that customers are weighed by; `basis` is the setting that chooses it. -#}
{% macro basis_amount(basis, amounts) -%}
    case {{ basis }}
        when 'gross' then {{ amounts }}.gross_amount
        when 'net_and_shipping' then {{ amounts }}.net_revenue_amount + {{ amounts }}.shipping_amount
        when 'total' then {{ amounts }}.net_revenue_amount + {{ amounts }}.shipping_amount + {{ amounts }}.tax_amount
        when 'gross_margin' then {{ amounts }}.net_revenue_amount - {{ amounts }}.cost_of_goods_amount
        when 'contribution' then {{ amounts }}.contribution_amount
        else {{ amounts }}.net_revenue_amount
    end
{%- endmacro %}
