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
        order_id,
        line_id,
        event_kind,
        is_allocated,
        -net_amount as amount
    from refund_lines

),

shipping as (

    select
        'refund_shipping' as source_part,
        refund_id,
        refund_line_no,
        order_id,
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
        order_id,
        'refund_tax' as event_kind,
        -tax_amount as amount
    from refunds
    where tax_amount <> 0

),

movements as (

    select * from goods
    union all by name
    select * from shipping
    union all by name
    select * from taxes

),

events as (

    select
        movements.*,
        refunds.customer_id,
        refunds.match,
        coalesce(refunds.reason, refunds.kind) as reason,
        refunds.attributed_order_date,
        refunds.refund_date,
        refunds.refunded_at
    from movements
    inner join refunds
        on movements.refund_id = refunds.refund_id and movements.refund_line_no = refunds.refund_line_no

)

select
    source_part,
    refund_id,
    refund_line_no,
    order_id,
    line_id,
    customer_id,
    event_kind,
    reason,
    match,
    cast(amount as decimal(18, 4)) as amount,
    coalesce(is_allocated, false) as is_allocated,
    attributed_order_date,
    refund_date,
    refunded_at
from events
