with refunds as (

    select * from {{ ref('settled_refunds') }}

),

credit_note_matches as (

    select * from {{ ref('credit_note_matches') }}

),

status_refunds as (

    select * from {{ ref('status_refunds') }}

),

orders as (

    select * from {{ ref('order_facts') }}

),

shop as (

    select * from {{ ref('stg_shop') }}

),

matches as (

    select
        refunds.* exclude (order_id, line_id, customer_id),
        case
            when refunds.order_id is not null then 'exact'
            when refunds.is_order_before_start then 'before_start'
            when credit_note_matches.order_id is not null then 'matched'
            else 'unmatched'
        end as refund_match_status,
        coalesce(refunds.order_id, credit_note_matches.order_id) as order_id,
        coalesce(refunds.line_id, credit_note_matches.line_id) as line_id,
        refunds.customer_id as named_customer_id
    from refunds
    left join credit_note_matches
        on
            refunds.refund_id = credit_note_matches.refund_id
            and refunds.refund_line_no = credit_note_matches.refund_line_no
    union all by name
    select
        status_refunds.*,
        'status_only' as refund_match_status,
        false as is_store_credit,
        false as is_spread_by_quantity,
        false as is_refund_day_known
    from status_refunds
    -- A credit note that was found to be the order's tells more.
    where order_id not in (select credit_note_matches.order_id from credit_note_matches)

)

select
    -- ids
    matches.refund_id,
    matches.refund_line_no,
    matches.order_id,
    matches.line_id,
    -- A refund is the buyer's, whoever the refund names.
    case when matches.order_id is null then matches.named_customer_id else orders.customer_id end as customer_id,
    matches.sku,

    -- text
    matches.refund_match_status,
    matches.kind,
    matches.reason,

    -- quantities and amounts, positive unless known only by status, ex tax unless named
    matches.quantity,
    matches.net_amount,
    matches.tax_amount,
    matches.shipping_amount,

    -- flags
    matches.is_restocked,
    matches.is_store_credit,
    matches.is_spread_by_quantity,
    matches.is_refund_day_known,

    -- days and instants
    coalesce(orders.attributed_order_date, matches.refund_date) as attributed_order_date,
    matches.refund_date,
    coalesce(if(shop.daily_refund_clock = 'order_day', orders.attributed_order_date, null), matches.refund_date)
        as revenue_date,
    matches.refunded_at

from matches
cross join shop
left join orders on matches.order_id = orders.order_id
