{#- What the source counts otherwise than we do, in the order of the steps: to it what pays is no discount. -#}
{%- set counted_apart = {} -%}
{%- for kind, step in payment_discount_names().items() -%}
    {%- do counted_apart.update({step: kind ~ '_discount_amount'}) -%}
{%- endfor -%}
{%- do counted_apart.update({'prepaid, not delivered yet': 'deferred_amount'}) -%}
{%- do counted_apart.update({'currency': 'net_revenue_amount - amount - ' ~ counted_apart.values() | join(' - ')}) -%}
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

uncounted_changes as (

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

ledger_totals as (

    select * from {{ ref('ledger_totals') }}

),

net_revenue as (

    select * from ledger_totals
    where is_in_revenue and component = 'net revenue'

),

source_steps as (

    select
        if(entry = 'read', 10, 20) as section,
        if(entry = 'read', 'source total', 'source: ' || entry) as step,
        if(entry = 'read', 'start', 'step') as line_kind,
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
        sum(quarantined_amount) as quarantined_amount,
        sum(read_count) filter (where table_name <> 'orders') as read_count,
        sum(repeated_count) filter (where table_name <> 'orders') as repeated_count,
        sum(quarantined_count) filter (where table_name <> 'orders') as quarantined_count
    from validations

),

steps as (

    select section, step, line_kind, amount, row_count from source_steps
    union all
    select 30, 'landed', 'subtotal', read_amount, read_count from validation_steps
    union all
    select 40, 'exact repeats', 'step', -repeated_amount, -repeated_count from validation_steps
    union all
    select 50, 'quarantined', 'step', -quarantined_amount, -quarantined_count from validation_steps
    union all
    select 60, 'accepted', 'subtotal', sum(amount), sum(row_count) from accepted_rows
    union all
    select 70, step, 'step', sum(amount), -count(*) from uncounted_changes group by step
    union all
    select 80, 'orders not counted: ' || invalid_reason, 'step', -sum(amount), -sum(row_count)
    from ledger_totals
    where not is_in_revenue
    group by invalid_reason
    union all
    select 90, component, 'step', -sum(amount), -sum(row_count)
    from ledger_totals
    where is_in_revenue and component <> 'net revenue'
    group by component
    union all
    {% for step, amount in counted_apart.items() -%}
        select {{ 91 + loop.index }}, '{{ step }}', 'step', sum({{ amount }}), 0
        from net_revenue
        having sum({{ amount }}) <> 0
        union all
    {% endfor -%}
    select 100, 'net revenue', 'end', sum(net_revenue_amount), sum(row_count)
    from net_revenue
    union all
    select 200, 'of which: ' || part, 'memo', sum(net_revenue_amount), sum(row_count)
    from net_revenue
    group by part
    union all
    select 210, 'of which from: ' || buyer, 'memo', sum(net_revenue_amount), sum(row_count)
    from net_revenue
    group by buyer
    union all
    select 220, 'of which in no purchase: ' || invalid_reason, 'memo', sum(net_revenue_amount), sum(row_count)
    from net_revenue
    where invalid_reason is not null
    group by invalid_reason

)

select
    section,
    step,
    line_kind,
    cast(coalesce(amount, 0) as decimal(18, 4)) as amount,
    cast(coalesce(row_count, 0) as bigint) as row_count
from steps
