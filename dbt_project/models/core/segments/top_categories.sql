-- Read twice, the second time for the lines of bundles: a copy in memory would hold the whole ledger.
with revenue_events as not materialized (

    select * from {{ ref('core_revenue_events') }}

),

orders as (

    select * from {{ ref('core_orders') }}

),

bundle_parts as (

    select * from {{ ref('bundle_parts') }}

),

category_events as (

    select
        revenue_events.order_id,
        revenue_events.category,
        revenue_events.net_revenue_amount
    from revenue_events
    anti join bundle_parts
        on revenue_events.order_id = bundle_parts.order_id and revenue_events.line_id = bundle_parts.line_id
    where revenue_events.category is not null
    union all
    select
        revenue_events.order_id,
        bundle_parts.category,
        cast(revenue_events.net_revenue_amount * bundle_parts.value_rate as decimal(18, 4))
    from revenue_events
    inner join bundle_parts
        on revenue_events.order_id = bundle_parts.order_id and revenue_events.line_id = bundle_parts.line_id
    where bundle_parts.category is not null

),

category_values as (

    select
        orders.customer_id,
        category_events.category,
        sum(category_events.net_revenue_amount) as net_revenue_amount
    from category_events
    inner join orders on category_events.order_id = orders.order_id
    where orders.customer_id is not null
    group by orders.customer_id, category_events.category

)

-- Equal categories go by name.
select
    customer_id,
    arg_min(category, (-net_revenue_amount, category)) as category
from category_values
where net_revenue_amount > 0
group by customer_id
