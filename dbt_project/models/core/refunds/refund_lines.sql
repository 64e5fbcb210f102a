with refunds as (

    select * from {{ ref('refund_matches') }}

),

candidates as (

    select * from {{ ref('refund_candidates') }}

),

edits as (

    select * from {{ ref('settled_edits') }}

),

named_changes as (

    select
        order_id,
        line_id,
        cast(sum(amount) as decimal(18, 4)) as amount
    from (
        select order_id, line_id, -net_amount as amount from candidates where fit = 1
        union all
        select order_id, line_id, net_amount from edits where line_id is not null
    ) as changes
    group by order_id, line_id

),

-- What is left of a line after the refunds and edits that name it carries its part of the refunds that do not; or, of
-- lines with something left, their pieces do.
weights as (

    select
        candidates.*,
        greatest(candidates.value_amount + coalesce(named_changes.amount, 0), 0) as left_amount,
        if(candidates.is_spread_by_quantity and left_amount > 0, candidates.quantity, left_amount) as weight,
        sum(weight) over of_refund as total_weight,
        count(*) over of_refund as line_count,
        row_number() over (
            of_refund order by
                weight desc, candidates.value_amount desc, {{ natural_order('candidates.line_id') }} asc
        ) as size_rank
    from candidates
    left join named_changes
        on candidates.order_id = named_changes.order_id and candidates.line_id = named_changes.line_id
    window of_refund as (partition by candidates.refund_id, candidates.refund_line_no)

),

-- Every ten-thousandth that cutting leaves over goes to the largest line.
spread as (

    select
        *,
        {{ money_share('net_amount', 'weight', 'total_weight') }} as share_amount,
        share_amount + if(
            size_rank = 1, net_amount - sum(share_amount) over (partition by refund_id, refund_line_no), 0
        ) as line_net_amount
    from weights

)

select
    -- ids
    refunds.refund_id,
    refunds.refund_line_no,
    refunds.order_id,
    spread.line_id,
    refunds.sku,

    -- text
    refunds.refund_match_status,
    case
        when refunds.kind = 'shipping' or spread.line_type = 'shipping' then 'refund_shipping'
        when refunds.kind = 'adjustment' or spread.line_type = 'adjustment' then 'adjustment'
        when spread.line_type = 'gift_card' then 'gift_card_sold'
        when spread.line_type in ('fee', 'tip', 'duty', 'deposit') then spread.line_type
        when refunds.kind = 'fee' then 'fee'
        when refunds.kind = 'chargeback' then 'chargeback'
        else 'refund'
    end as event_kind,

    -- quantities and amounts, positive, ex tax
    if(coalesce(spread.line_count, 1) = 1, refunds.quantity, null) as quantity,
    cast(coalesce(spread.line_net_amount, refunds.net_amount) as decimal(18, 4)) as net_amount,

    -- flags
    coalesce(spread.fit > 1, false) as is_allocated,
    refunds.is_restocked,

    -- days and instants
    refunds.refund_date,
    refunds.revenue_date,
    refunds.refunded_at

from refunds
left join spread on refunds.refund_id = spread.refund_id and refunds.refund_line_no = spread.refund_line_no
