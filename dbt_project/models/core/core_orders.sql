{{ config(alias='orders') }}

with orders as (

    select * from {{ ref('order_basis') }}

),

line_values as (

    select * from {{ ref('order_line_values') }}

),

refund_lines as (

    select * from {{ ref('refund_lines') }}

),

shop as (

    select * from {{ ref('stg_shop') }}

),

merchandise as (

    select
        order_id,
        sum(value_amount) as value_amount
    from line_values
    where line_type = 'product'
    group by order_id

),

refunded as (

    select
        order_id,
        sum(net_amount) as refunded_amount
    from refund_lines
    where event_kind = 'refund' and order_id is not null
    group by order_id

),

judged as (

    select
        orders.*,
        case
            when orders.excluded_reason is not null then orders.excluded_reason
            when merchandise.order_id is null then 'no_merchandise'
            when merchandise.value_amount <= 0 and not shop.count_zero_value_orders then 'zero_value'
            when orders.is_cancelled and merchandise.value_amount <= coalesce(refunded.refunded_amount, 0)
                then 'cancelled'
        end as invalid_reason
    from orders
    cross join shop
    left join merchandise on orders.order_id = merchandise.order_id
    left join refunded on orders.order_id = refunded.order_id

),

numbered as (

    select
        *,
        invalid_reason is null as is_valid_order,
        case
            when invalid_reason is null and customer_id is not null
                then row_number() over (
                    partition by customer_id, invalid_reason is null order by placed_at, order_id
                )
        end as customer_order_number
    from judged

)

select
    -- ids
    source_id,
    order_id,
    customer_id,

    -- text
    status,
    invalid_reason,
    sales_channel,
    marketing_channel,
    country,
    currency,

    -- counts and amounts
    customer_order_number,
    total_gross_amount,

    -- flags
    is_guest,
    is_cancelled,
    is_in_revenue,
    is_valid_order,
    customer_order_number = 1 as is_new_customer,

    -- days and instants
    order_date,
    placed_at,
    updated_at

from numbered
