{#- The business day of a UTC instant: its date on the shop's own wall clock. -#}
{% macro local_date(instant, timezone) -%}
    cast(({{ instant }} at time zone 'UTC') at time zone {{ timezone }} as date)
{%- endmacro %}
