{%- set amounts = [
    'gross', 'discount', 'refunded', 'net_revenue', 'shipping', 'tax', 'goods', 'goods_of_known_cost', 'cost_of_goods',
    'cost', 'contribution'
] -%}
with customer_days as (

    select * from {{ ref('customer_days') }}

),

first_orders as (

    select * from {{ ref('first_orders') }}

),

people as (

    select * from {{ ref('people') }}

),

first_order_discounts as (

    select * from {{ ref('first_order_discounts') }}

),

untold_refunds as (

    select * from {{ ref('untold_refunds') }}
    where customer_id is not null

),

shop as (

    select * from {{ ref('stg_shop') }}

),

activity as (

    select
        customer_id,
        sum(order_count) as order_count,
        count(*) filter (where order_count > 0) as purchase_day_count,
        max(activity_date) filter (where order_count > 0) as last_order_date,
        {% for amount in amounts -%}
            sum({{ amount }}_amount) as {{ amount }}_amount,
        {% endfor -%}
        bool_and(is_cost_complete) as is_cost_complete
    from customer_days
    group by customer_id
    having sum(order_count) > 0

)

select
    -- ids
    activity.customer_id,

    -- text: what was known at the first order
    first_orders.acquisition_year,
    first_orders.cohort_month,
    first_orders.first_country,
    first_orders.first_sales_channel,
    first_orders.first_marketing_channel,

    -- flags
    people.is_customer,
    people.is_business,
    people.is_business and not shop.count_businesses_as_consumers as is_ranked_apart,
    -- Nobody is won by a discount on what was free anyway.
    coalesce(first_order_discounts.first_order_discount_rate >= shop.discount_acquired_rate, false)
        as is_discount_acquired,
    first_order_discounts.is_welcome_code_acquired,
    activity.customer_id in (select untold_refunds.customer_id from untold_refunds) as has_untold_refund,
    activity.is_cost_complete,

    -- counts
    cast(activity.order_count as bigint) as order_count,
    activity.purchase_day_count,
    activity.purchase_day_count - 1 as repeat_purchase_count,

    -- days; today is the day before as_of_date
    first_orders.first_order_date,
    activity.last_order_date,
    activity.last_order_date - first_orders.first_order_date as tenure_days,
    shop.as_of_date - 1 - activity.last_order_date as days_since_last_order,
    shop.as_of_date - 1 - first_orders.first_order_date as days_since_first_order,

    -- amounts
    {% for amount in amounts -%}
        cast(activity.{{ amount }}_amount as decimal(18, 4)) as {{ amount }}_amount,
    {% endfor -%}
    people.median_order_value_amount,

    -- rates
    first_order_discounts.first_order_discount_rate

from activity
cross join shop
inner join first_orders on activity.customer_id = first_orders.customer_id
inner join people on activity.customer_id = people.customer_id
left join first_order_discounts on activity.customer_id = first_order_discounts.customer_id
