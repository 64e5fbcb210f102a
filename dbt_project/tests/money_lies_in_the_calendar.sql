{{ config(meta={'dagster': {'ref': {'name': 'revenue_events'}}}) }}

-- Every dated row of money of every mart, on each of its days; forecasts and cohort months aside.
with dated as (
    {% set dates = [
        ('revenue_events', 'event_date'), ('revenue_events', 'attributed_order_date'), ('orders', 'order_date'),
        ('orders', 'fulfilled_date'), ('order_lines', 'order_date'), ('revenue_daily', 'revenue_date'),
        ('margin_ladder', 'revenue_date'), ('revenue_bridge', 'revenue_date')
    ] %}
    {% for mart, column in dates -%}
        select distinct
            '{{ mart }}.{{ column }}' as what,
            {{ column }} as day
        from {{ ref(mart) }}
        where {{ column }} is not null
        {% if not loop.last %}union all{% endif %}
    {% endfor %}

)

select dated.*
from dated
anti join {{ ref('calendar') }} as calendar on dated.day = calendar.calendar_date
