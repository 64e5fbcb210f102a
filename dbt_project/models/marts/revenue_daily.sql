with orders as (

    select * from {{ ref('order_facts') }}

),

order_validity as (

    select * from {{ ref('order_validity') }}

),

daily_movements as (

    select * from {{ ref('daily_movements') }}

),

shop as (

    select * from {{ ref('stg_shop') }}

),

daily_orders as (

    select
        orders.order_date as revenue_date,
        orders.sales_channel,
        count(*) as order_count,
        count(*) filter (where order_validity.is_new_customer) as new_customer_order_count,
        count(*) filter (where not order_validity.is_new_customer) as returning_customer_order_count,
        count(*) filter (where orders.customer_id is null) as anonymous_order_count
    from orders
    inner join order_validity on orders.order_id = order_validity.order_id
    where order_validity.is_valid_order
    group by orders.order_date, orders.sales_channel

),

daily_money as (

    select
        revenue_date,
        sales_channel,
        sum(amount) filter (where component = 'gross') as gross_amount,
        -sum(amount) filter (where component = 'discount') as discount_amount,
        -sum(amount) filter (where component = 'refund') as refunded_amount,
        sum(amount) filter (where component = 'deferral') as deferred_amount,
        {% for component in other_components() -%}
            sum(amount) filter (where component = '{{ component }}') as {{ component }}_amount,
        {% endfor -%}
        sum(net_revenue_amount) as net_revenue_amount
    from daily_movements
    group by revenue_date, sales_channel

),

revenue_days as (

    select
        -- ids
        revenue_date,
        strftime(revenue_date, '%Y-%m') as revenue_month,
        sales_channel,
        shop.currency,

        -- counts
        coalesce(daily_orders.order_count, 0) as order_count,
        coalesce(daily_orders.new_customer_order_count, 0) as new_customer_order_count,
        coalesce(daily_orders.returning_customer_order_count, 0) as returning_customer_order_count,
        coalesce(daily_orders.anonymous_order_count, 0) as anonymous_order_count,

        -- amounts
        cast(coalesce(daily_money.gross_amount, 0) as decimal(18, 4)) as gross_amount,
        cast(coalesce(daily_money.discount_amount, 0) as decimal(18, 4)) as discount_amount,
        cast(coalesce(daily_money.refunded_amount, 0) as decimal(18, 4)) as refunded_amount,
        cast(coalesce(daily_money.deferred_amount, 0) as decimal(18, 4)) as deferred_amount,
        {% for component in other_components() -%}
            cast(coalesce(daily_money.{{ component }}_amount, 0) as decimal(18, 4)) as {{ component }}_amount,
        {% endfor -%}
        cast(coalesce(daily_money.net_revenue_amount, 0) as decimal(18, 4)) as net_revenue_amount

    from daily_money
    full outer join daily_orders using (revenue_date, sales_channel)
    cross join shop

)

{{ published('revenue_days') }}
