{#-
    The median of amounts, to four decimals, halves away from zero like every other amount; NULL when there are none. DuckDB's
    own median of decimals is cut to their scale, to the lower side in one version and towards zero in another. So the two in the
    middle are asked for, the upper one as the lower one of the negated amounts, and their mean is taken exactly.
-#}
{% macro money_median(amount, condition='true') -%}
    cast(
        (
            cast(quantile_disc({{ amount }}, 0.5) filter (where {{ condition }}) as decimal(20, 4))
            - cast(quantile_disc(-{{ amount }}, 0.5) filter (where {{ condition }}) as decimal(20, 4))
        ) * cast(0.5 as decimal(2, 1))
        as decimal(18, 4)
    )
{%- endmacro %}
