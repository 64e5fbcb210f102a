{{ config(meta={'dagster': {'ref': {'name': 'refund_matches'}}}) }}

-- What credit notes were matched to never exceeds what was sold, less the refunds that name the line.
with taken as (

    select
        order_id,
        line_id,
        sum(quantity) as quantity,
        bool_or(refund_match_status = 'matched') as has_matched,
        bool_or(refund_match_status = 'matched' and refunded_at < placed_at) as has_early
    from (
        select
            refunds.*,
            orders.placed_at
        from {{ ref('refund_matches') }} as refunds
        inner join {{ ref('order_facts') }} as orders on refunds.order_id = orders.order_id
        where refunds.line_id is not null
    ) as dated
    group by order_id, line_id

)

select
    taken.order_id,
    taken.line_id,
    taken.quantity as taken_quantity,
    line_values.quantity as sold_quantity
from taken
inner join {{ ref('order_line_values') }} as line_values
    on taken.order_id = line_values.order_id and taken.line_id = line_values.line_id
where taken.has_matched and (taken.quantity > line_values.quantity or taken.has_early)
