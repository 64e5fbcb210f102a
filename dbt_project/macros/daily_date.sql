{#- The day on which a movement counts by the books: refunds on their own day or, if the shop has it so, on the order's. -#}
{% macro daily_date(movement) -%}
    if(
        shop.daily_refund_clock = 'order_day' and {{ movement }}.refund_id is not null,
        {{ movement }}.attributed_order_date,
        {{ movement }}.event_date
    )
{%- endmacro %}
