with orders as (

    select * from {{ ref('stg_orders') }}

),

order_states as (

    select * from {{ ref('order_states') }}

),

order_sequence as (

    select * from {{ ref('order_sequence') }}

),

links as (

    select * from {{ ref('customer_links') }}

),

shop as (

    select * from {{ ref('stg_shop') }}

),

-- Narrow, since it is read twice. An account decides who bought; the address does where there is none. A guest whose
-- address leads to nobody, since many people share it, is a person of this order alone.
bought as (

    select
        orders.order_id,
        orders.order_date,
        order_states.* exclude (order_id),
        if(order_states.invalid_type = 'exchange', orders.original_order_id, null) as original_order_id,
        coalesce(
            account_links.customer_id,
            email_links.customer_id,
            'guest-' || left(orders.email_hash, 16) || '-' || orders.order_id
        ) as buyer_id,
        -- A label made before the order ships nothing before it.
        if(
            orders.fulfilled_at is not null,
            greatest({{ local_date('orders.fulfilled_at', 'shop.timezone') }}, orders.order_date),
            null
        ) as shipped_date
    from orders
    cross join shop
    inner join order_states on orders.order_id = order_states.order_id
    left join links as account_links
        on orders.account_id = account_links.identifier and account_links.identifier_kind = 'account'
    left join links as email_links
        on
            if(orders.account_id is null, orders.email_hash, null) = email_links.identifier
            and email_links.identifier_kind = 'email'

)

select
    -- ids
    orders.order_id,
    -- An exchange is part of the order that it changes, and of the life of the person who placed that.
    originals.order_id as exchanged_order_id,
    case
        when bought.invalid_type in ('staff', 'marketplace') then null
        when originals.order_id is not null then originals.buyer_id
        else bought.buyer_id
    end as customer_id,

    -- text
    orders.status,
    bought.order_type,
    -- What is part of a test is one.
    if(originals.excluded_reason = 'test', 'test', bought.excluded_reason) as excluded_reason,
    bought.invalid_type,
    orders.sales_channel,
    orders.marketing_channel,
    orders.country,
    orders.currency,

    -- numbers
    order_sequence.order_sequence,

    -- amounts
    orders.original_total_amount,

    -- flags
    orders.account_id is null as is_guest,
    bought.is_cancelled,
    bought.excluded_reason is null and coalesce(originals.excluded_reason <> 'test', true) as is_in_revenue,
    orders.is_reverse_charge,

    -- days and instants
    orders.order_date,
    coalesce(originals.order_date, orders.order_date) as attributed_order_date,
    if(bought.shipped_date < shop.as_of_date, bought.shipped_date, null) as fulfilled_date,
    if(shop.daily_sales_clock = 'shipped_day', fulfilled_date, orders.order_date) as revenue_date,
    orders.placed_at,
    orders.updated_at

from orders
cross join shop
inner join bought on orders.order_id = bought.order_id
inner join order_sequence on orders.order_id = order_sequence.order_id
left join bought as originals on bought.original_order_id = originals.order_id
