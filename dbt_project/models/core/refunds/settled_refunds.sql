with refunds as (

    select * from {{ ref('stg_refunds') }}

),

shop as (

    select * from {{ ref('stg_shop') }}

),

account_links as (

    select
        identifier as account_id,
        customer_id
    from {{ ref('customer_links') }}
    where identifier_kind = 'account'

),

dated as (

    select
        refunds.*,
        account_links.customer_id,
        shop.as_of_date,
        {{ local_date('refunds.refunded_at', 'shop.timezone') }} as refund_date
    from refunds
    cross join shop
    left join account_links on refunds.account_id = account_links.account_id

),

-- Money that has gone back, and before the as-of day.
settled as (

    select * from dated
    where state = 'settled' and refund_date < as_of_date

)

select
    -- ids
    refund_id,
    refund_line_no,
    order_id,
    line_id,
    customer_id,
    sku,

    -- text
    kind,
    reason,

    -- quantities and amounts, positive, ex tax unless named
    quantity,
    net_amount,
    tax_amount,
    shipping_amount,

    -- flags
    is_restocked,
    is_store_credit,

    -- days and instants
    refund_date,
    refunded_at

from settled
