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
        orders.*,
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
        on
            states.account_id is null
            and states.email_hash = email_links.identifier
            and email_links.identifier_kind = 'email'

)

select
    -- ids
    source_id,
    order_id,
    customer_id,

    -- text
    status,
    sales_channel,
    marketing_channel,
    country,
    currency,
    excluded_reason,

    -- amounts, ex tax unless named
    total_gross_amount,
    tax_amount,
    shipping_amount,
    fee_amount,
    undistributed_discount_amount,

    -- flags
    is_guest,
    is_cancelled,
    excluded_reason is null as is_in_revenue,

    -- days and instants
    order_date,
    placed_at,
    updated_at

from identified
