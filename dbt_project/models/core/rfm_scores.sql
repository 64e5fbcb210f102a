with customer_features as (

    select * from {{ ref('customer_features') }}

),

customer_days as (

    select * from {{ ref('customer_days') }}

),

shop as (

    select * from {{ ref('stg_shop') }}

),

in_window as (

    select
        customer_days.customer_id,
        count(*) filter (where customer_days.order_count > 0) as window_purchase_day_count,
        sum(customer_days.net_revenue_amount) as window_net_revenue_amount
    from customer_days
    cross join shop
    where customer_days.activity_date >= shop.as_of_date - to_months(shop.rfm_window_months)
    group by customer_days.customer_id

),

-- Consumers only: one wholesaler must not move their cut points, unless the shop wants all in one.
measured as (

    select
        customer_features.customer_id,
        customer_features.days_since_last_order,
        coalesce(in_window.window_purchase_day_count, 0) as window_purchase_day_count,
        cast(coalesce(in_window.window_net_revenue_amount, 0) as decimal(18, 4)) as window_net_revenue_amount
    from customer_features
    cross join shop
    left join in_window on customer_features.customer_id = in_window.customer_id
    where not customer_features.is_business or shop.count_businesses_as_consumers

),

-- Fifths by the number of people who are strictly worse, so that equals share a score and row order plays no part.
-- Where most bought once, they share score 1 and the middle scores stay empty.
scored as (

    select
        *,
        count(*) over () as consumer_count,
        1 + 5 * (rank() over (order by days_since_last_order desc) - 1) // consumer_count as recency_score,
        1 + 5 * (rank() over (order by window_purchase_day_count) - 1) // consumer_count as frequency_score,
        1 + 5 * (rank() over (order by window_net_revenue_amount) - 1) // consumer_count as monetary_score
    from measured

)

select
    customer_id,
    window_purchase_day_count,
    window_net_revenue_amount,
    recency_score,
    frequency_score,
    monetary_score,
    (frequency_score + monetary_score + 1) // 2 as fm_score
from scored
