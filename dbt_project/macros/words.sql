{#- A list of the words of a text that separates them by commas: without blanks around them, in small letters. -#}
{% macro words(text) -%}
    regexp_extract_all(lower({{ text }}), '[^,\s]([^,]*[^,\s])?')
{%- endmacro %}
