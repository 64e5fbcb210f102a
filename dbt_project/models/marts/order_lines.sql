{#- A view: the release that is published holds these rows, and a second copy here would only cost time. -#}
{{ config(materialized='view') }}

with order_lines as (

    select * from {{ ref('stg_order_lines') }}

),

orders as (

    select * from {{ ref('core_orders') }}

),

events as (

    select * from {{ ref('core_revenue_events') }}

),

refund_lines as (

    select * from {{ ref('refund_lines') }}

),

products as (

    select * from {{ ref('stg_products') }}

),

shop as (

    select * from {{ ref('stg_shop') }}

),

money as (

    select
        order_id,
        line_id,
        any_value(category) as category,
        cast(sum(amount) filter (where is_in_revenue and event_kind = 'line') as decimal(18, 4)) as gross_amount,
        -cast(sum(amount) filter (where is_in_revenue and event_kind = 'discount') as decimal(18, 4))
            as discount_amount,
        -cast(sum(amount) filter (where is_in_revenue and event_kind = 'refund') as decimal(18, 4)) as refunded_amount,
        cast(sum(net_revenue_amount) as decimal(18, 4)) as net_revenue_amount
    from events
    where line_id is not null
    group by order_id, line_id

),

returned as (

    select
        order_id,
        line_id,
        cast(sum(quantity) as decimal(18, 4)) as refunded_quantity,
        -- A sum is as wide as a decimal can be, and a product with one would leave the decimals.
        cast(sum(quantity) filter (where is_restocked) as decimal(18, 4)) as restocked_quantity
    from refund_lines
    where event_kind = 'refund' and line_id is not null
    group by order_id, line_id

),

-- What the pieces cost that did not come back to the shelf: goods that came back damaged stay a loss.
costed as (

    select
        order_lines.*,
        money.category as known_category,
        orders.customer_id,
        orders.sales_channel,
        orders.is_valid_order,
        orders.is_in_revenue,
        coalesce(money.gross_amount, 0) as gross_amount,
        coalesce(money.discount_amount, 0) as discount_amount,
        coalesce(money.refunded_amount, 0) as refunded_amount,
        coalesce(money.net_revenue_amount, 0) as net_revenue_amount,
        coalesce(returned.refunded_quantity, 0) as refunded_quantity,
        case
            when order_lines.line_type = 'product' and orders.is_in_revenue
                then coalesce(
                    order_lines.unit_cost_amount,
                    if(
                        coalesce(products.cost_valid_from_date, order_lines.order_date) <= order_lines.order_date,
                        products.unit_cost_amount,
                        null
                    )
                ) * (order_lines.quantity - coalesce(returned.restocked_quantity, 0))
        end as cost_amount,
        shop.definition_version
    from order_lines
    cross join shop
    inner join orders on order_lines.order_id = orders.order_id
    left join products
        on
            order_lines.product_id = products.product_id
            and coalesce(order_lines.variant_id, '') = products.variant_id
    left join money on order_lines.order_id = money.order_id and order_lines.line_id = money.line_id
    left join returned on order_lines.order_id = returned.order_id and order_lines.line_id = returned.line_id

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
    cast(net_revenue_amount as decimal(18, 4)) as net_revenue_amount,
    cast(cost_amount as decimal(18, 4)) as cost_amount,
    cast(net_revenue_amount - cost_amount as decimal(18, 4)) as contribution_amount,

    -- flags
    is_valid_order,
    is_in_revenue,

    -- days and instants
    order_date,
    strftime(order_date, '%Y-%m') as order_month,
    definition_version

from costed
