with revenue_events as (

    select * from {{ ref('core_revenue_events') }}

),

orders as (

    select * from {{ ref('core_orders') }}

),

category_values as (

    select
        orders.customer_id,
        revenue_events.category,
        sum(revenue_events.net_revenue_amount) as net_revenue_amount
    from revenue_events
    inner join orders on revenue_events.order_id = orders.order_id
    where orders.customer_id is not null and revenue_events.category is not null
    group by orders.customer_id, revenue_events.category

)

-- Equal categories go by name.
select
    customer_id,
    arg_min(category, (-net_revenue_amount, category)) as category
from category_values
where net_revenue_amount > 0
group by customer_id
