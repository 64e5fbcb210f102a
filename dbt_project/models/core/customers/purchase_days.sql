with orders as (

    select * from {{ ref('order_facts') }}

),

order_validity as (

    select * from {{ ref('order_validity') }}

),

shop as (

    select * from {{ ref('stg_shop') }}

),

days as (

    select
        orders.customer_id,
        orders.order_date as purchase_date,
        count(*) as order_count
    from orders
    inner join order_validity on orders.order_id = order_validity.order_id
    where order_validity.is_valid_order and orders.customer_id is not null
    group by orders.customer_id, orders.order_date

),

numbered as (

    select
        *,
        row_number() over in_order as purchase_number,
        lead(purchase_date) over in_order as next_purchase_date
    from days
    window in_order as (partition by customer_id order by purchase_date)

)

select
    numbered.customer_id,
    numbered.purchase_date,
    numbered.purchase_number,
    numbered.order_count,
    numbered.next_purchase_date is not null as is_followed,
    -- To the next purchase day, or for the last one until today, the day before as_of_date.
    coalesce(numbered.next_purchase_date, shop.as_of_date - 1) - numbered.purchase_date as gap_days
from numbered
cross join shop
