{#-
    The share of `amount` that falls to `weight` out of `total_weight`, cut to four decimals. Whole numbers of
    ten-thousandths throughout: DuckDB divides decimals as floats, and a sum of floats depends on its order.
    What cutting leaves over is the caller's to place.
-#}
{% macro money_share(amount, weight, total_weight) -%}
    coalesce(
        cast(
            cast(
                cast({{ amount }} * 10000 as hugeint) * cast({{ weight }} * 10000 as hugeint)
                // nullif(cast({{ total_weight }} * 10000 as hugeint), 0)
                as decimal(22, 0)
            ) * cast(0.0001 as decimal(5, 4))
            as decimal(18, 4)
        ),
        0
    )
{%- endmacro %}
