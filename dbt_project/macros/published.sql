{#-
    The last step of a mart: its rows with the columns that say what they are of. Each mart has the shop and the version of
    the definitions; one that would be another table tomorrow, without a new order, has the as-of date too.
-#}
{% macro published(rows, with_as_of_date=false) -%}
    select
        shop.source_id,
        {{ rows }}.*,
        {% if with_as_of_date -%}
            shop.as_of_date,
        {% endif -%}
        shop.definition_version
    from {{ rows }}
    cross join {{ ref('stg_shop') }} as shop
{%- endmacro %}
