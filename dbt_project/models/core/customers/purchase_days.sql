with customer_days as (

    select * from {{ ref('customer_days') }}

),

shop as (

    select * from {{ ref('stg_shop') }}

),

numbered as (

    select
        customer_id,
        activity_date as purchase_date,
        order_count,
        row_number() over (partition by customer_id order by activity_date) as purchase_number,
        lead(activity_date) over (partition by customer_id order by activity_date) as next_purchase_date
    from customer_days
    where order_count > 0

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
