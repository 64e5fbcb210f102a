with prepaid as (

    select * from {{ ref('stg_order_lines') }}
    where delivery_count > 1 and line_type = 'product'

),

line_values as (

    select * from {{ ref('order_line_values') }}

),

orders as (

    select * from {{ ref('order_facts') }}
    where is_in_revenue

),

placed_orders as (

    select * from {{ ref('stg_orders') }}

),

refund_lines as (

    select * from {{ ref('refund_lines') }}
    where event_kind in ('refund', 'chargeback') and net_amount <> 0

),

edits as (

    select * from {{ ref('settled_edits') }}
    where net_amount <> 0

),

shop as (

    select * from {{ ref('stg_shop') }}

),

prepaid_lines as (

    select
        prepaid.order_id,
        prepaid.line_id,
        prepaid.delivery_count,
        coalesce(prepaid.delivery_interval, 'month') as delivery_interval,
        line_values.category,
        {{ money_share('line_values.value_amount', '1', 'prepaid.delivery_count') }} as delivery_amount,
        orders.order_date,
        orders.placed_at
    from prepaid
    cross join shop
    inner join orders on prepaid.order_id = orders.order_id
    inner join line_values on prepaid.order_id = line_values.order_id and prepaid.line_id = line_values.line_id
    where shop.prepaid_counts_at = 'delivery'

),

-- What is given back, changed or cancelled is waited for no longer: a refund must find what it takes back.
changes as (

    select
        order_id,
        line_id,
        refunded_at as changed_at
    from refund_lines
    union all
    select
        order_id,
        line_id,
        edited_at
    from edits
    union all
    select
        prepaid_lines.order_id,
        prepaid_lines.line_id,
        placed_orders.cancelled_at
    from prepaid_lines
    inner join placed_orders on prepaid_lines.order_id = placed_orders.order_id
    where placed_orders.cancelled_at is not null

),

ends as (

    select
        prepaid_lines.order_id,
        prepaid_lines.line_id,
        greatest(min(changes.changed_at), any_value(prepaid_lines.placed_at)) as ended_at
    from prepaid_lines
    inner join changes on prepaid_lines.order_id = changes.order_id and prepaid_lines.line_id = changes.line_id
    group by prepaid_lines.order_id, prepaid_lines.line_id

)

select
    prepaid_lines.*,
    ends.ended_at
from prepaid_lines
left join ends on prepaid_lines.order_id = ends.order_id and prepaid_lines.line_id = ends.line_id
