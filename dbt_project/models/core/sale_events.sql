{{ config(materialized='view') }}

with orders as (

    select * from {{ ref('order_basis') }}

),

line_values as (

    select * from {{ ref('order_line_values') }}

),

-- Products at their list value, everything else a line can sell at its own.
lines as (

    select
        concat_ws('|', 'line', order_id, line_id) as event_id,
        order_id,
        line_id,
        sku,
        category,
        case line_type when 'product' then 'line' when 'gift_card' then 'gift_card_sold' else line_type end
            as event_kind,
        case when line_type = 'product' then list_amount else value_amount end as amount
    from line_values

),

line_discounts as (

    select
        concat_ws('|', 'line_discount', order_id, line_id) as event_id,
        order_id,
        line_id,
        sku,
        category,
        'discount' as event_kind,
        'line discount' as reason,
        -line_discount_amount as amount
    from line_values
    where line_type = 'product' and line_discount_amount <> 0

),

order_discounts as (

    select
        concat_ws('|', 'order_discount', order_id, line_id) as event_id,
        order_id,
        line_id,
        sku,
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
        concat_ws('|', 'order_discount', order_id) as event_id,
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
        concat_ws('|', 'shipping', order_id) as event_id,
        order_id,
        'shipping' as event_kind,
        shipping_amount as amount
    from orders
    where shipping_amount <> 0
    union all
    select
        concat_ws('|', 'fee', order_id),
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
        concat_ws('|', 'tax', orders.order_id) as event_id,
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
    event_id,
    order_id,
    line_id,
    sku,
    category,
    event_kind,
    reason,
    cast(amount as decimal(18, 4)) as amount
from events
