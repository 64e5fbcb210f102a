{{ config(materialized='view') }}

with source_counts as (

    select * from {{ ref('stg_source_counts') }}

),

validations as (

    select * from {{ ref('stg_validations') }}
    where rule = 'all rules' and table_name in ('orders', 'order_lines', 'refunds', 'order_edits')

),

accepted_rows as (

    select net_amount as amount, 1 as row_count from {{ ref('stg_order_lines') }}
    union all
    select -(net_amount + shipping_amount), 1 from {{ ref('stg_refunds') }}
    union all
    select net_amount, 1 from {{ ref('stg_order_edits') }}
    union all
    select shipping_amount + fee_amount - undistributed_discount_amount, 0 from {{ ref('stg_orders') }}

),

excluded_changes as (

    select
        if(refunds.state = 'settled', 'refunds after the last day', 'refunds not settled') as step,
        refunds.net_amount + refunds.shipping_amount as amount
    from {{ ref('stg_refunds') }} as refunds
    anti join {{ ref('settled_refunds') }} as settled
        on refunds.refund_id = settled.refund_id and refunds.refund_line_no = settled.refund_line_no
    union all
    select
        'edits after the last day',
        -edits.net_amount
    from {{ ref('stg_order_edits') }} as edits
    anti join {{ ref('settled_edits') }} as settled
        on edits.order_id = settled.order_id and edits.edit_id = settled.edit_id

),

source_steps as (

    select
        if(entry = 'read', 10, 20) as section,
        if(entry = 'read', 'source total', 'source: ' || entry) as step,
        if(entry = 'read', 'start', 'step') as step_kind,
        sum(if(entry = 'read', amount, -amount)) as amount,
        sum(if(entry = 'read', row_count, -row_count)) as row_count
    from source_counts
    group by entry
    union all
    -- Where the source offers no count of its own, the start is what it delivered: nothing tells what is missing.
    select
        15,
        'delivered, not counted by the source',
        'start',
        sum(read_amount),
        sum(read_count) filter (where table_name <> 'orders')
    from validations
    where order_date not in (select source_counts.order_date from source_counts)
    having count(*) > 0

),

validation_steps as (

    select
        sum(read_amount) as read_amount,
        sum(repeated_amount) as repeated_amount,
        sum(superseded_amount) as superseded_amount,
        sum(superseded_count) as superseded_count,
        sum(quarantined_amount) as quarantined_amount,
        sum(read_count) filter (where table_name <> 'orders') as read_count,
        sum(repeated_count) filter (where table_name <> 'orders') as repeated_count,
        sum(quarantined_count) filter (where table_name <> 'orders') as quarantined_count
    from validations

)

-- From the source's total to the accepted rows, and what of these does not count yet.
select section, step, step_kind, amount, row_count from source_steps
union all
select 30, 'landed', 'subtotal', read_amount, read_count from validation_steps
union all
select 40, 'exact repeats', 'step', -repeated_amount, -repeated_count from validation_steps
union all
-- Orders only, which are no rows of money: what is left out is their shipping, fees and discount.
select 45, 'superseded', 'step', -superseded_amount, 0 from validation_steps where superseded_count > 0
union all
select 50, 'quarantined', 'step', -quarantined_amount, -quarantined_count from validation_steps
union all
select 60, 'accepted', 'subtotal', sum(amount), sum(row_count) from accepted_rows
union all
select 70, step, 'step', sum(amount), -count(*) from excluded_changes group by step
