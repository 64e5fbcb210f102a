{{ config(materialized='view') }}

with refunds as (

    select * from {{ ref('refund_matches') }}

),

refund_lines as (

    select * from {{ ref('refund_lines') }}

),

goods as (

    select
        'refund' as source_part,
        refund_id,
        refund_line_no,
        line_id,
        event_kind,
        is_allocated,
        -net_amount as amount
    from refund_lines
    -- Of the source's own rows, those of 0 are movements too: rows are counted.
    where net_amount <> 0 or coalesce(refund_match_status, '') <> 'status_only'

),

shipping as (

    select
        'refund_shipping' as source_part,
        refund_id,
        refund_line_no,
        'refund_shipping' as event_kind,
        -shipping_amount as amount
    from refunds
    where shipping_amount <> 0

),

taxes as (

    select
        'refund_tax' as source_part,
        refund_id,
        refund_line_no,
        'refund_tax' as event_kind,
        -tax_amount as amount
    from refunds
    where tax_amount <> 0

),

-- Given back as credit, it is what the shop now owes: the goods are refunded all the same.
credits as (

    select
        'store_credit' as source_part,
        refund_id,
        refund_line_no,
        'store_credit_issued' as event_kind,
        net_amount + shipping_amount + tax_amount as amount
    from refunds
    where is_store_credit

),

movements as (

    select * from goods
    union all by name
    select * from shipping
    union all by name
    select * from taxes
    union all by name
    select * from credits

)

select
    movements.source_part,
    movements.refund_id,
    movements.refund_line_no,
    refunds.order_id,
    movements.line_id,
    -- An order's money is its buyer's; only without one is it to be told here.
    if(refunds.order_id is null, refunds.customer_id, null) as credited_customer_id,
    movements.event_kind,
    coalesce(refunds.reason, refunds.kind) as reason,
    refunds.refund_match_status,
    cast(movements.amount as decimal(18, 4)) as amount,
    coalesce(movements.is_allocated, false) as is_allocated,
    refunds.attributed_order_date,
    refunds.refund_date as event_date,
    refunds.revenue_date,
    refunds.refunded_at as event_at
from movements
inner join refunds
    on movements.refund_id = refunds.refund_id and movements.refund_line_no = refunds.refund_line_no
