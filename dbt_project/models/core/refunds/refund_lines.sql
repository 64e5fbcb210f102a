{#- An article that a refund names is sought among the products first. -#}
{%- set line_types = ['product', 'gift_card', 'shipping', 'fee', 'tip', 'duty', 'deposit', 'adjustment'] -%}
with refunds as (

    select * from {{ ref('refund_matches') }}

),

line_values as (

    select * from {{ ref('order_line_values') }}

),

edits as (

    select * from {{ ref('settled_edits') }}

),

shop as (

    select * from {{ ref('stg_shop') }}

),

-- The lines a refund may be for: the one it names, else the order's lines of that article
-- (of one type, products first), else all its products.
candidates as (

    select
        refunds.refund_id,
        refunds.refund_line_no,
        refunds.net_amount,
        line_values.order_id,
        line_values.line_id,
        line_values.line_type,
        line_values.quantity,
        line_values.value_amount,
        case
            when line_values.line_id = refunds.line_id then 1
            when line_values.sku = refunds.sku then 1 + list_position({{ line_types }}, line_values.line_type)
            when line_values.line_type = 'product' then 100
        end as fit
    from refunds
    inner join line_values on refunds.order_id = line_values.order_id
    where fit is not null and (fit = 1 or refunds.kind in ('line', 'amount', 'chargeback'))
    qualify fit = min(fit) over (partition by refunds.refund_id, refunds.refund_line_no)

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
        if(shop.refund_allocation = 'quantity' and left_amount > 0, candidates.quantity, left_amount) as weight,
        sum(weight) over (partition by candidates.refund_id, candidates.refund_line_no) as total_weight,
        count(*) over (partition by candidates.refund_id, candidates.refund_line_no) as line_count,
        row_number() over (
            partition by candidates.refund_id, candidates.refund_line_no
            order by weight desc, candidates.value_amount desc, candidates.line_id asc
        ) as size_rank
    from candidates
    cross join shop
    left join named_changes
        on candidates.order_id = named_changes.order_id and candidates.line_id = named_changes.line_id

),

shares as (

    select
        *,
        {{ money_share('net_amount', 'weight', 'total_weight') }} as share_amount
    from weights

),

spread as (

    select
        *,
        share_amount + if(
            size_rank = 1, net_amount - sum(share_amount) over (partition by refund_id, refund_line_no), 0
        ) as line_net_amount
    from shares

),

allocated as (

    select
        refunds.* exclude (net_amount, line_id, quantity),
        spread.line_id,
        spread.line_type,
        coalesce(spread.fit > 1, false) as is_allocated,
        case when coalesce(spread.line_count, 1) = 1 then refunds.quantity end as quantity,
        cast(coalesce(spread.line_net_amount, refunds.net_amount) as decimal(18, 4)) as net_amount
    from refunds
    left join spread
        on refunds.refund_id = spread.refund_id and refunds.refund_line_no = spread.refund_line_no

)

select
    -- ids
    refund_id,
    refund_line_no,
    order_id,
    line_id,
    sku,

    -- text
    case
        when kind = 'shipping' or line_type = 'shipping' then 'refund_shipping'
        when kind = 'adjustment' or line_type = 'adjustment' then 'adjustment'
        when line_type = 'gift_card' then 'gift_card_sold'
        when line_type in ('fee', 'tip', 'duty', 'deposit') then line_type
        when kind = 'chargeback' then 'chargeback'
        else 'refund'
    end as event_kind,

    -- quantities and amounts, positive, ex tax
    quantity,
    net_amount,

    -- flags
    is_allocated,
    is_restocked

from allocated
