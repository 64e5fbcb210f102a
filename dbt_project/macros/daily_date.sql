{#- What comes with an order itself and leaves the shop with it: no refund, edit, later delivery or payment. -#}
{% macro is_sold(movement, parts) -%}
    {{ movement }}.source_part in ('{{ parts | join("', '") }}')
{%- endmacro %}

{% macro sold_parts() -%}
    {{ return([
        'line', 'line_discount', 'order_discount', 'points_discount', 'store_credit_discount', 'gift_card_discount',
        'deferral', 'shipping', 'fee', 'tax'
    ]) }}
{%- endmacro %}

{#-
    The day on which a movement counts by the books: its own or, if the shop has refunds or edits so, the order's; what
    was sold, if the shop has it so, when it left: NULL if it has not. `shipped_days` are empty unless the shop has it so.
-#}
{% macro daily_date(movement, sold=sold_parts(), edited=['edit', 'edit_tax']) -%}
    case
        when shipped_days.order_id is not null and {{ is_sold(movement, sold) }} then shipped_days.fulfilled_date
        when
            (shop.daily_refund_clock = 'order_day' and {{ movement }}.refund_id is not null)
            or (shop.daily_edit_clock = 'order_day' and {{ movement }}.source_part in ('{{ edited | join("', '") }}'))
            then {{ movement }}.attributed_order_date
        else {{ movement }}.event_date
    end
{%- endmacro %}
