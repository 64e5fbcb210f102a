with customer_features as (

    select * from {{ ref('customer_features') }}

),

customer_days as (

    select * from {{ ref('customer_days') }}

),

refund_day_moves as (

    select * from {{ ref('refund_day_moves') }}

),

orders as (

    select * from {{ ref('order_facts') }}

),

order_amounts as (

    select * from {{ ref('order_amounts') }}
    where net_revenue_amount < 0

),

shop as (

    select * from {{ ref('stg_shop') }}

),

-- Refunds are on their order's day, unless the shop has them on their own here.
moved as (

    select refund_day_moves.*
    from refund_day_moves
    cross join shop
    where shop.rfm_refund_clock = 'refund_day'

),

-- What an order is below nothing came to be so with its last refund.
over_refunds as (

    select
        orders.customer_id,
        coalesce(max(moved.activity_date), orders.order_date) as activity_date,
        -order_amounts.net_revenue_amount as capped_amount
    from order_amounts
    cross join shop
    inner join orders on order_amounts.order_id = orders.order_id
    left join moved on order_amounts.order_id = moved.order_id
    where shop.cap_over_refunds_in_scores and orders.customer_id is not null
    group by order_amounts.order_id, orders.customer_id, orders.order_date, order_amounts.net_revenue_amount

),

days as (

    select * from customer_days
    union all by name
    select * from moved
    union all by name
    select * from over_refunds

),

in_window as (

    select
        days.customer_id,
        count(*) filter (where days.order_count > 0) as window_purchase_day_count,
        sum(days.net_revenue_amount) as window_net_revenue_amount,
        sum({{ basis_amount('rfm_basis', 'days') }}) as window_basis_amount,
        sum(if(shop.rfm_basis = 'gross', 0, days.capped_amount)) as window_capped_amount
    from days
    cross join shop
    where days.activity_date >= shop.as_of_date - to_months(shop.rfm_window_months)
    group by days.customer_id

)

-- Consumers only: one wholesaler must not move their cut points, unless the shop ranks all together.
select
    customer_features.customer_id,
    customer_features.days_since_last_order,
    coalesce(in_window.window_purchase_day_count, 0) as window_purchase_day_count,
    cast(coalesce(in_window.window_net_revenue_amount, 0) as decimal(18, 4)) as window_net_revenue_amount,
    cast(
        coalesce(in_window.window_basis_amount, 0) + coalesce(in_window.window_capped_amount, 0)
        as decimal(18, 4)
    ) as window_scored_amount
from customer_features
cross join shop
left join in_window on customer_features.customer_id = in_window.customer_id
where not customer_features.is_business or shop.count_businesses_as_consumers
