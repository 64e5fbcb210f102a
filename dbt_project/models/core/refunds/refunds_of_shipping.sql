{{ config(materialized='view') }}

with refunds as (

    select * from {{ ref('settled_refunds') }}

),

orders as (

    select * from {{ ref('stg_orders') }}

),

shop as (

    select * from {{ ref('stg_shop') }}

),

-- What refunds say of shipping themselves comes first, whenever they came.
named_refunds as (

    select
        order_id,
        sum(shipping_amount + if(kind = 'shipping', net_amount, 0)) as amount
    from refunds
    where order_id is not null
    group by order_id

),

loose as (

    select
        refunds.refund_id,
        refunds.refund_line_no,
        refunds.net_amount,
        orders.shipping_amount - coalesce(named_refunds.amount, 0) as left_amount,
        coalesce(
            sum(refunds.net_amount) over (
                partition by refunds.order_id
                order by refunds.refunded_at, refunds.refund_id, refunds.refund_line_no
                rows between unbounded preceding and 1 preceding
            ),
            0
        ) as earlier_amount
    from refunds
    cross join shop
    inner join orders on refunds.order_id = orders.order_id
    left join named_refunds on refunds.order_id = named_refunds.order_id
    where
        shop.refund_allocation = 'shipping_first'
        and refunds.kind = 'amount' and refunds.line_id is null and refunds.sku is null

)

-- Empty, unless the shop has it so: amounts for no line in particular take the shipping first, oldest refund first.
select
    refund_id,
    refund_line_no,
    cast(least(net_amount, left_amount - earlier_amount) as decimal(18, 4)) as amount
from loose
where left_amount > earlier_amount
