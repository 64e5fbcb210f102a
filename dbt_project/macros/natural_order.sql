{#-
    A value that sorts texts as people count: A9 before A10, 7 before 07, and 999 before 1000. Each run of digits is
    written without its leading zeros behind the number of digits left, so that it may be of any length; what is equal
    so far is told apart by the text itself. NULL comes last.
-#}
{% macro natural_order(text) -%}
    [
        array_to_string(
            list_transform(
                regexp_extract_all({{ text }}, '[0-9]+|[^0-9]+'),
                lambda part: if(
                    part >= '0' and part < ':',
                    format('{:09d}', length(ltrim(part, '0'))) || ltrim(part, '0'),
                    part
                )
            ),
            ''
        ),
        {{ text }}
    ]
{%- endmacro %}
