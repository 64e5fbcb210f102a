with order_edits as (

    select * from {{ ref('stg_order_edits') }}

),

orders as (

    select * from {{ ref('order_facts') }}

),

shop as (

    select * from {{ ref('stg_shop') }}

),

dated as (

    select
        order_edits.*,
        shop.as_of_date,
        orders.placed_at,
        -- Nothing of an order happens before it.
        greatest({{ local_date('order_edits.edited_at', 'shop.timezone') }}, orders.order_date) as edit_date,
        if(shop.daily_edit_clock = 'order_day', orders.attributed_order_date, edit_date) as revenue_date
    from order_edits
    cross join shop
    left join orders on order_edits.order_id = orders.order_id

)

-- Changes made before the as-of day.
select
    order_id,
    edit_id,
    line_id,
    category,
    kind,
    quantity,
    net_amount,
    tax_amount,
    is_restocked,
    edit_date,
    revenue_date,
    if(edited_at < placed_at, placed_at, edited_at) as edited_at
from dated
where edit_date < as_of_date
