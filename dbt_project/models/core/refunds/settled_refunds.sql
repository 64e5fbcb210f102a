with refunds as (

    select * from {{ ref('stg_refunds') }}

),

orders as (

    select * from {{ ref('stg_orders') }}

),

account_links as (

    select * from {{ ref('customer_links') }}
    where identifier_kind = 'account'

),

shop as (

    select * from {{ ref('stg_shop') }}

),

-- Money that has gone back, and before the as-of day.
settled as (

    select
        refunds.* exclude (order_id, sku, refunded_at),
        orders.order_id,
        -- The sale is not in the history: the refund is nobody's loss there, and of nothing that was sold.
        refunds.order_id is not null and orders.order_id is null as is_order_before_start,
        if(is_order_before_start, null, refunds.sku) as sku,
        if(is_order_before_start, null, account_links.customer_id) as customer_id,
        {{ local_date('refunds.refunded_at', 'shop.timezone') }} as own_date,
        -- No money goes back before its order: the day is wrong, and the order's own is the earliest that can be.
        coalesce(own_date < orders.order_date, false) as is_too_early,
        if(is_too_early, orders.order_date, own_date) as refund_date,
        if(is_too_early, orders.placed_at, refunds.refunded_at) as refunded_at
    from refunds
    cross join shop
    left join orders on refunds.order_id = orders.order_id
    left join account_links on refunds.account_id = account_links.identifier
    where refunds.state = 'settled' and refund_date < shop.as_of_date

),

-- What refunds say of shipping themselves comes first, whenever they came.
named_shipping as (

    select
        order_id,
        sum(shipping_amount + if(kind = 'shipping', net_amount, 0)) as amount
    from settled
    where order_id is not null
    group by order_id

),

-- Where the shop has it so, amounts for no line in particular give back the rest of the shipping, oldest refund first.
shipping_first as (

    select
        settled.refund_id,
        settled.refund_line_no,
        orders.shipping_amount - coalesce(named_shipping.amount, 0) - coalesce(
            sum(settled.net_amount) over (
                partition by settled.order_id
                order by settled.refunded_at, {{ natural_order('settled.refund_id') }}, settled.refund_line_no
                rows between unbounded preceding and 1 preceding
            ),
            0
        ) as left_amount,
        least(settled.net_amount, greatest(left_amount, 0)) as amount
    from settled
    cross join shop
    inner join orders on settled.order_id = orders.order_id
    left join named_shipping on settled.order_id = named_shipping.order_id
    where
        shop.refund_allocation = 'shipping_first'
        and settled.kind = 'amount' and settled.line_id is null and settled.sku is null

)

select
    -- ids
    settled.refund_id,
    settled.refund_line_no,
    settled.order_id,
    settled.line_id,
    settled.customer_id,
    settled.sku,

    -- text
    settled.kind,
    settled.reason,

    -- quantities and amounts, positive, ex tax unless named
    settled.quantity,
    cast(settled.net_amount - coalesce(shipping_first.amount, 0) as decimal(18, 4)) as net_amount,
    settled.tax_amount,
    cast(settled.shipping_amount + coalesce(shipping_first.amount, 0) as decimal(18, 4)) as shipping_amount,

    -- flags
    settled.is_restocked,
    settled.is_store_credit,
    settled.is_order_before_start,
    settled.is_date_known and not settled.is_too_early as is_refund_day_known,
    shop.refund_allocation = 'quantity' as is_spread_by_quantity,

    -- days and instants
    settled.refund_date,
    settled.refunded_at

from settled
cross join shop
left join shipping_first
    on settled.refund_id = shipping_first.refund_id and settled.refund_line_no = shipping_first.refund_line_no
