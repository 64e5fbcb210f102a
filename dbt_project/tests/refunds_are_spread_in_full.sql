{{ config(meta={'dagster': {'ref': {'name': 'refund_lines'}}}) }}

with spread as (

    select
        refund_id,
        refund_line_no,
        sum(net_amount) as net_amount
    from {{ ref('refund_lines') }}
    group by refund_id, refund_line_no

)

select
    refunds.refund_id,
    refunds.refund_line_no,
    refunds.net_amount,
    spread.net_amount as spread_amount
from {{ ref('refund_matches') }} as refunds
left join spread on refunds.refund_id = spread.refund_id and refunds.refund_line_no = spread.refund_line_no
where refunds.net_amount <> coalesce(spread.net_amount, 0)
