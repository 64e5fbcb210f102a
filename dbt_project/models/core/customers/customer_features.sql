{%- set amounts = [
    'gross', 'discount', 'refunded', 'net_revenue', 'shipping', 'tax', 'goods', 'goods_of_known_cost', 'cost_of_goods',
    'cost', 'contribution'
] -%}
with customer_days as (

    select * from {{ ref('customer_days') }}

),

customer_rhythms as (

    select * from {{ ref('customer_rhythms') }}

),

customers as (

    select * from {{ ref('people') }}

),

orders as (

    select * from {{ ref('order_facts') }}

),

order_validity as (

    select * from {{ ref('order_validity') }}

),

order_amounts as (

    select * from {{ ref('order_amounts') }}

),

first_order_discounts as (

    select * from {{ ref('first_order_discounts') }}

),

shop as (

    select * from {{ ref('stg_shop') }}

),

activity as (

    select
        customer_id,
        sum(order_count) as order_count,
        count(*) filter (where order_count > 0) as purchase_day_count,
        min(activity_date) filter (where order_count > 0) as first_order_date,
        max(activity_date) filter (where order_count > 0) as last_order_date,
        {% for amount in amounts -%}
            sum({{ amount }}_amount) as {{ amount }}_amount,
        {% endfor -%}
        bool_and(is_cost_complete) as is_cost_complete
    from customer_days
    group by customer_id
    having sum(order_count) > 0

),

first_orders as (

    select
        orders.customer_id,
        orders.country
    from orders
    inner join order_validity on orders.order_id = order_validity.order_id
    where order_validity.customer_order_number = 1

),

order_values as (

    select
        orders.customer_id,
        median(order_amounts.net_revenue_amount) as median_order_value_amount
    from orders
    inner join order_validity on orders.order_id = order_validity.order_id
    inner join order_amounts on orders.order_id = order_amounts.order_id
    where order_validity.is_valid_order and orders.customer_id is not null
    group by orders.customer_id

)

select
    -- ids
    shop.source_id,
    activity.customer_id,

    -- text: what was known at the first order
    strftime(activity.first_order_date, '%Y') as acquisition_year,
    strftime(activity.first_order_date, '%Y-%m') as cohort_month,
    coalesce(first_orders.country, 'unknown') as first_country,
    coalesce(customers.first_sales_channel, 'unknown') as first_sales_channel,
    coalesce(customers.first_marketing_channel, 'unknown') as first_marketing_channel,

    -- flags
    customers.is_customer,
    customers.is_business,
    -- Nobody is won by a discount on what was free anyway.
    coalesce(first_order_discounts.first_order_discount_rate >= shop.discount_acquired_rate, false)
        as is_discount_acquired,
    first_order_discounts.first_order_was_welcome,
    customer_rhythms.has_own_rhythm,
    activity.is_cost_complete,

    -- counts
    cast(activity.order_count as bigint) as order_count,
    activity.purchase_day_count,
    activity.purchase_day_count - 1 as repeat_purchase_count,

    -- days; today is the day before as_of_date
    shop.as_of_date,
    activity.first_order_date,
    activity.last_order_date,
    activity.last_order_date - activity.first_order_date as tenure_days,
    shop.as_of_date - 1 - activity.last_order_date as days_since_last_order,
    shop.as_of_date - 1 - activity.first_order_date as days_since_first_order,
    customer_rhythms.last_gap_days,
    customer_rhythms.median_gap_days,
    customer_rhythms.at_risk_after_days,
    customer_rhythms.lapsed_after_days,

    -- amounts
    {% for amount in amounts -%}
        cast(activity.{{ amount }}_amount as decimal(18, 4)) as {{ amount }}_amount,
    {% endfor -%}
    cast(order_values.median_order_value_amount as decimal(18, 4)) as median_order_value_amount,

    -- rates
    first_order_discounts.first_order_discount_rate

from activity
cross join shop
inner join customers on activity.customer_id = customers.customer_id
inner join customer_rhythms on activity.customer_id = customer_rhythms.customer_id
inner join first_orders on activity.customer_id = first_orders.customer_id
inner join order_values on activity.customer_id = order_values.customer_id
left join first_order_discounts on activity.customer_id = first_order_discounts.customer_id
