{{ config(alias='orders') }}

with orders as (

    select * from {{ ref('stg_orders') }}

),

order_basis as (

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
        order_basis.*,
        case
            when order_basis.excluded_reason is not null then order_basis.excluded_reason
            when merchandise.order_id is null then 'no_merchandise'
            when merchandise.value_amount <= 0 and not shop.count_zero_value_orders then 'zero_value'
            when order_basis.is_cancelled and merchandise.value_amount <= coalesce(refunded.refunded_amount, 0)
                then 'cancelled'
        end as invalid_reason
    from order_basis
    cross join shop
    left join merchandise on order_basis.order_id = merchandise.order_id
    left join refunded on order_basis.order_id = refunded.order_id

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
    orders.source_id,
    orders.order_id,
    numbered.customer_id,

    -- text
    orders.status,
    numbered.invalid_reason,
    orders.sales_channel,
    orders.marketing_channel,
    orders.country,
    orders.currency,

    -- counts and amounts
    numbered.customer_order_number,
    orders.total_gross_amount,

    -- flags
    numbered.is_guest,
    numbered.is_cancelled,
    numbered.is_in_revenue,
    numbered.is_valid_order,
    numbered.customer_order_number = 1 as is_new_customer,

    -- days and instants
    orders.order_date,
    orders.placed_at,
    orders.updated_at

from orders
inner join numbered on orders.order_id = numbered.order_id
