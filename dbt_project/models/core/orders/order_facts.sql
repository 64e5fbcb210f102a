with orders as (

    select * from {{ ref('stg_orders') }}

),

refunds as (

    select * from {{ ref('stg_refunds') }}

),

order_marks as (

    select * from {{ ref('order_marks') }}

),

links as (

    select * from {{ ref('customer_links') }}

),

shop as (

    select * from {{ ref('stg_shop') }}

),

refunded_orders as (

    select distinct order_id
    from refunds
    where order_id is not null and state = 'settled'

),

states as (

    select
        orders.order_id,
        orders.account_id,
        -- An account decides who bought; the address does where there is none.
        if(orders.account_id is null, orders.email_hash, null) as guest_email_hash,
        if(
            orders.order_type = 'exchange' and not shop.count_exchanges_as_orders, orders.original_order_id, null
        ) as exchanged_order_id,
        orders.status,
        if(order_marks.is_staff and orders.order_type = 'sale', 'staff', orders.order_type) as order_type,
        orders.is_test or coalesce(order_marks.is_test, false) as is_test,
        orders.order_date,
        orders.placed_at,
        {{ local_date('orders.fulfilled_at', 'shop.timezone') }} as shipped_date,
        orders.status = 'cancelled' or orders.cancelled_at is not null as is_cancelled,
        orders.status in ('paid', 'partially_refunded', 'refunded')
        or orders.paid_at is not null
        or refunded_orders.order_id is not null as is_paid,
        orders.status in ('pending', 'authorised') as is_open,
        orders.confirmed_at is not null or list_contains(shop.unpaid_valid_statuses, orders.status) as is_on_account
    from orders
    cross join shop
    left join refunded_orders on orders.order_id = refunded_orders.order_id
    left join order_marks on orders.order_id = order_marks.order_id

),

bought as (

    select
        states.*,
        coalesce(account_links.customer_id, email_links.customer_id) as buyer_id,
        -- Money that never came in. Paid and then cancelled is not among these: order and refund both happened.
        case
            when states.is_test then 'test'
            when states.status in ('draft', 'failed') then states.status
            when states.is_cancelled and not states.is_paid then 'cancelled'
            when states.is_open and not states.is_on_account and not states.is_paid then 'pending'
            when states.status = 'expired' then 'expired'
            when
                states.is_open and not states.is_paid
                and states.order_date + shop.unpaid_expires_after_days < shop.as_of_date
                then 'expired'
        end as excluded_reason,
        if(states.shipped_date < shop.as_of_date, states.shipped_date, null) as fulfilled_date,
        states.order_type = 'staff'
        or (states.order_type = 'marketplace' and not shop.count_marketplace_orders) as is_nobodys
    from states
    cross join shop
    left join links as account_links
        on states.account_id = account_links.identifier and account_links.identifier_kind = 'account'
    left join links as email_links
        on states.guest_email_hash = email_links.identifier and email_links.identifier_kind = 'email'

)

-- Narrow, since text is what writing costs: whoever needs more of the order joins it.
select
    -- ids
    bought.order_id,
    -- An exchange is part of the order that it changes, and of the life of the person who placed that.
    originals.order_id as exchanged_order_id,
    case
        when bought.is_nobodys then null
        when originals.order_id is not null then originals.buyer_id
        else bought.buyer_id
    end as customer_id,

    -- text
    -- What is part of a test is one.
    if(originals.excluded_reason = 'test', 'test', bought.excluded_reason) as excluded_reason,
    bought.order_type,

    -- flags
    bought.account_id is null as is_guest,
    bought.is_cancelled,
    bought.excluded_reason is null and coalesce(originals.excluded_reason <> 'test', true) as is_in_revenue,

    -- days and instants
    bought.order_date,
    coalesce(originals.order_date, bought.order_date) as attributed_order_date,
    bought.fulfilled_date,
    bought.placed_at

from bought
left join bought as originals on bought.exchanged_order_id = originals.order_id
