{#- What a line counts as: a gift card is a product like any other where its sale is the revenue. -#}
{% macro counted_line_type(line_type) -%}
    if(shop.gift_cards_count_at = 'sale' and {{ line_type }} = 'gift_card', 'product', {{ line_type }})
{%- endmacro %}
