with orders as (

    select * from {{ ref('order_facts') }}

),

order_validity as (

    select * from {{ ref('order_validity') }}

)

select
    -- ids
    orders.customer_id,
    orders.order_id as first_order_id,

    -- text
    strftime(orders.order_date, '%Y') as acquisition_year,
    strftime(orders.order_date, '%Y-%m') as cohort_month,
    orders.country as first_country,
    orders.sales_channel as first_sales_channel,
    orders.marketing_channel as first_marketing_channel,

    -- days
    orders.order_date as first_order_date

from orders
inner join order_validity on orders.order_id = order_validity.order_id
where order_validity.customer_order_number = 1
