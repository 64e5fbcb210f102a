{#-
    Days and months of marts that `calendar` does not have.

    dates: pairs of a mart's name and a column; a column that ends in `_month` is a month.
-#}
{% macro outside_the_calendar(dates) -%}
    {%- for mart, column in dates %}
        {% set known = 'calendar_month' if column.endswith('_month') else 'calendar_date' -%}
        select distinct
            '{{ mart }}.{{ column }}' as found_in,
            cast({{ column }} as varchar) as found
        from {{ ref(mart) }}
        where {{ column }} not in (select {{ known }} from {{ ref('calendar') }})
        {% if not loop.last %}union all{% endif %}
    {% endfor -%}
{%- endmacro %}
