with orders as (

    select * from {{ ref('stg_orders') }}

),

refunds as (

    select * from {{ ref('stg_refunds') }}

),

links as (

    select * from {{ ref('customer_links') }}

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
        orders.status,
        orders.is_test,
        orders.order_date,
        orders.placed_at,
        orders.status = 'cancelled' or orders.cancelled_at is not null as is_cancelled,
        orders.status in ('paid', 'partially_refunded', 'refunded') or refunded_orders.order_id is not null as is_paid
    from orders
    left join refunded_orders on orders.order_id = refunded_orders.order_id

),

identified as (

    select
        states.*,
        coalesce(account_links.customer_id, email_links.customer_id) as customer_id,
        states.account_id is null as is_guest,
        -- Money that never came in. Paid and then cancelled is not among these: order and refund both happened.
        case
            when states.is_test then 'test'
            when states.status = 'failed' then 'failed'
            when states.is_cancelled and not states.is_paid then 'cancelled'
            when states.status = 'pending' then 'pending'
        end as excluded_reason
    from states
    left join links as account_links
        on states.account_id = account_links.identifier and account_links.identifier_kind = 'account'
    left join links as email_links
        on states.guest_email_hash = email_links.identifier and email_links.identifier_kind = 'email'

)

-- Narrow, since text is what writing costs: whoever needs more of the order joins it.
select
    -- ids
    order_id,
    customer_id,

    -- text
    excluded_reason,

    -- flags
    is_guest,
    is_cancelled,
    excluded_reason is null as is_in_revenue,

    -- days and instants
    order_date,
    placed_at

from identified
