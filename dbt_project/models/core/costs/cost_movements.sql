{{ config(materialized='view') }}

with goods_costs as (

    select * from {{ ref('goods_costs') }}

),

order_costs as (

    select * from {{ ref('stg_order_costs') }}

),

payments as (

    select * from {{ ref('stg_payments') }}

),

orders as (

    select * from {{ ref('order_facts') }}

),

order_rates as (

    select * from {{ ref('order_rates') }}

),

shop as (

    select * from {{ ref('stg_shop') }}

),

-- Goods are bought in the shop's currency; what is booked to an order is in the order's.
booked as (

    select
        'cost' as source_part,
        order_costs.order_id,
        order_costs.cost_id as part_id,
        case
            when order_costs.kind in ('shipping', 'fulfilment', 'packaging', 'service') then order_costs.kind || '_cost'
            else order_costs.kind
        end as event_kind,
        -order_costs.amount as amount,
        -- Nothing of an order counts before it, and nothing from the as-of day on.
        greatest({{ local_date('order_costs.booked_at', 'shop.timezone') }}, order_costs.order_date) as event_date,
        order_costs.booked_at as event_at
    from order_costs
    cross join shop
    where event_date < shop.as_of_date
    union all
    select
        'payment_fee',
        payments.order_id,
        payments.payment_id,
        'payment_fee',
        -payments.fee_amount,
        greatest({{ local_date('payments.paid_at', 'shop.timezone') }}, payments.order_date) as paid_date,
        payments.paid_at
    from payments
    cross join shop
    where payments.state = 'settled' and payments.fee_amount is not null and paid_date < shop.as_of_date

),

costs as (

    select
        *,
        amount as original_amount
    from goods_costs
    union all by name
    select
        booked.* exclude (amount),
        booked.amount as original_amount,
        {{ in_shop_currency('booked.amount', 'order_rates.exchange_rate') }} as amount
    from booked
    left join order_rates on booked.order_id = order_rates.order_id

)

select
    -- ids
    costs.source_part,
    costs.order_id,
    orders.exchanged_order_id,
    costs.line_id,
    costs.refund_id,
    costs.refund_line_no,
    costs.part_id,

    -- text
    orders.sales_channel,
    costs.event_kind,

    -- amounts, negative: a cost
    costs.original_amount,
    costs.amount,

    -- flags
    orders.is_in_revenue,

    -- days and instants
    orders.attributed_order_date,
    coalesce(costs.event_date, orders.order_date) as event_date,
    coalesce(costs.revenue_date, costs.event_date, orders.revenue_date) as revenue_date,
    if(costs.event_at < orders.placed_at, orders.placed_at, coalesce(costs.event_at, orders.placed_at)) as event_at

from costs
inner join orders on costs.order_id = orders.order_id
where costs.amount <> 0
