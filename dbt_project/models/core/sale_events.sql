{{ config(materialized='view') }}

with orders as (

    select * from {{ ref('stg_orders') }}

),

line_values as (

    select * from {{ ref('order_line_values') }}

),

-- Products at their list value, everything else a line can sell at its own.
lines as (

    select
        'line' as source_part,
        order_id,
        line_id,
        category,
        case line_type when 'product' then 'line' when 'gift_card' then 'gift_card_sold' else line_type end
            as event_kind,
        case when line_type = 'product' then list_amount else value_amount end as amount
    from line_values

),

line_discounts as (

    select
        'line_discount' as source_part,
        order_id,
        line_id,
        category,
        'discount' as event_kind,
        'line discount' as reason,
        -line_discount_amount as amount
    from line_values
    where line_type = 'product' and line_discount_amount <> 0

),

order_discounts as (

    select
        'order_discount' as source_part,
        order_id,
        line_id,
        category,
        'discount' as event_kind,
        'order discount' as reason,
        -order_discount_amount as amount
    from line_values
    where order_discount_amount <> 0

),

-- An order discount without a product to fall on came off something else than merchandise.
other_discounts as (

    select
        'order_discount' as source_part,
        order_id,
        'adjustment' as event_kind,
        'order discount without products' as reason,
        -undistributed_discount_amount as amount
    from orders
    where
        undistributed_discount_amount <> 0
        and order_id not in (select line_values.order_id from line_values where line_values.line_type = 'product')

),

charges as (

    select
        'shipping' as source_part,
        order_id,
        'shipping' as event_kind,
        shipping_amount as amount
    from orders
    where shipping_amount <> 0
    union all
    select
        'fee',
        order_id,
        'fee',
        fee_amount
    from orders
    where fee_amount <> 0

),

line_taxes as (

    select
        order_id,
        sum(tax_amount) as tax_amount
    from line_values
    group by order_id

),

taxes as (

    select
        'tax' as source_part,
        orders.order_id,
        'tax' as event_kind,
        coalesce(orders.tax_amount, line_taxes.tax_amount) as amount
    from orders
    left join line_taxes on orders.order_id = line_taxes.order_id
    where amount <> 0

),

events as (

    select * from lines
    union all by name
    select * from line_discounts
    union all by name
    select * from order_discounts
    union all by name
    select * from other_discounts
    union all by name
    select * from charges
    union all by name
    select * from taxes

)

select
    source_part,
    order_id,
    line_id,
    category,
    event_kind,
    reason,
    cast(amount as decimal(18, 4)) as amount
from events
