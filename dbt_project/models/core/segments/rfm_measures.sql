with customer_features as (

    select * from {{ ref('customer_features') }}

),

customer_days as (

    select * from {{ ref('customer_days') }}

),

refund_day_moves as (

    select * from {{ ref('refund_day_moves') }}
    where is_in_scores

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

-- What an order is below nothing came to be so with its last refund.
over_refunds as (

    select
        orders.customer_id,
        coalesce(max(refund_day_moves.activity_date), orders.order_date) as activity_date,
        -order_amounts.net_revenue_amount as capped_amount
    from order_amounts
    cross join shop
    inner join orders on order_amounts.order_id = orders.order_id
    left join refund_day_moves on order_amounts.order_id = refund_day_moves.order_id
    where shop.cap_over_refunds_in_scores and orders.customer_id is not null
    group by order_amounts.order_id, orders.customer_id, orders.order_date, order_amounts.net_revenue_amount

),

days as (

    select * from customer_days
    union all by name
    select * from refund_day_moves
    union all by name
    select * from over_refunds

),

in_window as (

    select
        days.customer_id,
        count(*) filter (where days.order_count > 0) as window_purchase_day_count,
        sum(days.net_revenue_amount) as window_net_revenue_amount,
        sum({{ basis_amount('shop.rfm_basis', 'days') }}) as window_basis_amount,
        sum(if(shop.rfm_basis = 'gross', 0, days.capped_amount)) as window_capped_amount
    from days
    cross join shop
    where days.activity_date >= shop.as_of_date - to_months(shop.rfm_window_months)
    group by days.customer_id

)

-- One wholesaler must not move the cut points of the consumers.
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
left join in_window on customer_features.customer_id = in_window.customer_id
where not customer_features.is_ranked_apart
