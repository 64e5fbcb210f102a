{#- A view: the release that is published holds these rows, and a second copy here would only cost time. -#}
{{ config(materialized='view') }}

with order_lines as (

    select * from {{ ref('stg_order_lines') }}

),

orders as (

    select * from {{ ref('order_facts') }}

),

order_validity as (

    select * from {{ ref('order_validity') }}

),

ledger as (

    select * from {{ ref('ledger') }}

),

cost_movements as (

    select * from {{ ref('cost_movements') }}

),

refund_lines as (

    select * from {{ ref('refund_lines') }}

),

shop as (

    select * from {{ ref('stg_shop') }}

),

money as (

    select
        order_id,
        line_id,
        any_value(category) as category,
        cast(sum(amount) filter (where is_in_revenue and component = 'gross') as decimal(18, 4)) as gross_amount,
        -cast(sum(amount) filter (where is_in_revenue and component = 'discount') as decimal(18, 4))
            as discount_amount,
        -cast(sum(amount) filter (where is_in_revenue and component = 'refund') as decimal(18, 4)) as refunded_amount,
        cast(sum(net_revenue_amount) as decimal(18, 4)) as net_revenue_amount
    from ledger
    where line_id is not null
    group by order_id, line_id

),

returned as (

    select
        order_id,
        line_id,
        cast(sum(quantity) as decimal(18, 4)) as refunded_quantity
    from refund_lines
    where event_kind in ('refund', 'chargeback') and line_id is not null
    group by order_id, line_id

),

costs as (

    select
        order_id,
        line_id,
        cast(-sum(amount) as decimal(18, 4)) as cost_amount
    from cost_movements
    where line_id is not null and is_in_revenue
    group by order_id, line_id

),

joined as (

    select
        order_lines.*,
        money.category as known_category,
        orders.customer_id,
        orders.sales_channel,
        order_validity.is_valid_order,
        orders.is_in_revenue,
        coalesce(money.gross_amount, 0) as gross_amount,
        coalesce(money.discount_amount, 0) as discount_amount,
        coalesce(money.refunded_amount, 0) as refunded_amount,
        coalesce(money.net_revenue_amount, 0) as net_revenue_amount,
        coalesce(returned.refunded_quantity, 0) as refunded_quantity,
        costs.cost_amount,
        shop.definition_version
    from order_lines
    cross join shop
    inner join orders on order_lines.order_id = orders.order_id
    inner join order_validity on order_lines.order_id = order_validity.order_id
    left join money on order_lines.order_id = money.order_id and order_lines.line_id = money.line_id
    left join returned on order_lines.order_id = returned.order_id and order_lines.line_id = returned.line_id
    left join costs on order_lines.order_id = costs.order_id and order_lines.line_id = costs.line_id

)

select
    -- ids
    source_id,
    order_id,
    line_id,
    customer_id,
    product_id,
    variant_id,
    sku,

    -- text
    title,
    known_category as category,
    line_type,
    sales_channel,

    -- quantities and amounts
    cast(quantity as decimal(18, 4)) as quantity,
    cast(refunded_quantity as decimal(18, 4)) as refunded_quantity,
    cast(gross_amount as decimal(18, 4)) as gross_amount,
    cast(discount_amount as decimal(18, 4)) as discount_amount,
    cast(refunded_amount as decimal(18, 4)) as refunded_amount,
    cast(gross_amount - discount_amount - refunded_amount - net_revenue_amount as decimal(18, 4))
        as prepaid_open_amount,
    cast(net_revenue_amount as decimal(18, 4)) as net_revenue_amount,
    cast(cost_amount as decimal(18, 4)) as cost_amount,
    cast(net_revenue_amount - cost_amount as decimal(18, 4)) as gross_margin_amount,

    -- flags
    is_valid_order,
    is_in_revenue,

    -- days and instants
    order_date,
    strftime(order_date, '%Y-%m') as order_month,
    definition_version

from joined
