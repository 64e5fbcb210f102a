{#- An account's id as a source writes it, or NULL if it is one of those that mean a guest. -#}
{% macro account_id(written_id, guest_ids) -%}
    if(lower(trim({{ written_id }}, e' \t\r\n')) in (select guest_id from {{ guest_ids }}), null, {{ written_id }})
{%- endmacro %}
