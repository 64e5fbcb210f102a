with revenue_events as (

    select * from {{ ref('core_revenue_events') }}

),

category_values as (

    select
        customer_id,
        category,
        sum(net_revenue_amount) as net_revenue_amount
    from revenue_events
    where customer_id is not null and category is not null
    group by customer_id, category

)

-- Equal categories go by name.
select
    customer_id,
    arg_min(category, (-net_revenue_amount, category)) as category
from category_values
where net_revenue_amount > 0
group by customer_id
