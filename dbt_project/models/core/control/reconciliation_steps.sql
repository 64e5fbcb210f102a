{#- What the source counts otherwise than we do, in the order of the steps: to it what pays is no discount. -#}
{%- set counted_apart = {} -%}
{%- for kind, step in payment_discount_names().items() -%}
    {%- do counted_apart.update({step: kind ~ '_discount_amount'}) -%}
{%- endfor -%}
{%- do counted_apart.update({'prepaid, not delivered yet': 'deferred_amount'}) -%}
{%- do counted_apart.update({'currency': 'net_revenue_amount - amount - ' ~ counted_apart.values() | join(' - ')}) -%}
with row_steps as (

    select * from {{ ref('reconciliation_row_steps') }}

),

ledger_totals as (

    select * from {{ ref('ledger_totals') }}

),

net_revenue as (

    select * from ledger_totals
    where is_in_revenue and component = 'net revenue'

),

steps as (

    select section, step, step_kind, amount, row_count from row_steps
    union all
    select 75, 'refunds known only by status', 'step', sum(status_refund_amount), 0
    from ledger_totals
    having sum(status_refund_amount) <> 0
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
    select 200, 'of which: ' || memo, 'memo', sum(net_revenue_amount), sum(row_count)
    from net_revenue
    group by memo
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
    step_kind,
    cast(coalesce(amount, 0) as decimal(18, 4)) as amount,
    cast(coalesce(row_count, 0) as bigint) as row_count
from steps
