with orders as (

    select * from {{ ref('order_facts') }}

),

shop as (

    select * from {{ ref('stg_shop') }}

)

-- Empty where sales count on the order's day, so that no movement looks for its order.
select
    orders.order_id,
    orders.fulfilled_date
from orders
cross join shop
where shop.daily_sales_clock = 'shipped_day'
