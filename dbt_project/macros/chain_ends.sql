{#-
    Where every chain of edges ends, as `start_id` and `end_id`; a ring, which has no end, ends at its smallest id.
    Every id has one edge at most. `union` (not `union all`) drops what was reached before, so that walking a ring ends.
-#}
{% macro chain_ends(edges, from_id, to_id) -%}
    with recursive reached as (

        select
            {{ from_id }} as start_id,
            {{ to_id }} as reached_id
        from {{ edges }}
        union
        select
            reached.start_id,
            {{ edges }}.{{ to_id }}
        from reached
        inner join {{ edges }} on reached.reached_id = {{ edges }}.{{ from_id }}

    ),

    rings as (

        select start_id as ring_id
        from reached
        where start_id = reached_id

    )

    select
        reached.start_id,
        coalesce(
            min(reached.reached_id) filter (where {{ edges }}.{{ from_id }} is null),
            min(rings.ring_id)
        ) as end_id
    from reached
    left join {{ edges }} on reached.reached_id = {{ edges }}.{{ from_id }}
    left join rings on reached.reached_id = rings.ring_id
    group by reached.start_id
{%- endmacro %}
