{#- The day on which a movement counts by the books: its own or, if the shop has refunds or edits so, the order's. -#}
{% macro daily_date(movement, edit_parts=['edit', 'edit_tax']) -%}
    if(
        (shop.daily_refund_clock = 'order_day' and {{ movement }}.refund_id is not null)
        or (
            shop.daily_edit_clock = 'order_day'
            and {{ movement }}.source_part in ('{{ edit_parts | join("', '") }}')
        ),
        {{ movement }}.attributed_order_date,
        {{ movement }}.event_date
    )
{%- endmacro %}
