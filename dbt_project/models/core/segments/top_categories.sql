-- Read twice, the second time for the lines of bundles: a copy in memory would hold the whole ledger.
with ledger as not materialized (

    select * from {{ ref('ledger') }}

),

orders as (

    select * from {{ ref('order_facts') }}

),

bundle_contents as (

    select * from {{ ref('bundle_contents') }}

),

category_movements as (

    select
        ledger.order_id,
        ledger.category,
        ledger.net_revenue_amount
    from ledger
    anti join bundle_contents
        on ledger.order_id = bundle_contents.order_id and ledger.line_id = bundle_contents.line_id
    where ledger.category is not null
    union all
    select
        ledger.order_id,
        bundle_contents.category,
        cast(ledger.net_revenue_amount * bundle_contents.value_rate as decimal(18, 4))
    from ledger
    inner join bundle_contents
        on ledger.order_id = bundle_contents.order_id and ledger.line_id = bundle_contents.line_id
    where bundle_contents.category is not null

),

category_values as (

    select
        orders.customer_id,
        category_movements.category,
        sum(category_movements.net_revenue_amount) as net_revenue_amount
    from category_movements
    inner join orders on category_movements.order_id = orders.order_id
    where orders.customer_id is not null
    group by orders.customer_id, category_movements.category

)

-- Equal categories go by name.
select
    customer_id,
    arg_min(category, (-net_revenue_amount, category)) as category
from category_values
where net_revenue_amount > 0
group by customer_id
