{%- set amounts = [
    'gross', 'discount', 'refunded', 'net_revenue', 'shipping', 'tax', 'goods', 'goods_of_known_cost', 'cost_of_goods',
    'cost', 'contribution'
] -%}
-- Read twice, the second time for few movements: a copy in memory would hold the whole ledger.
with orders as not materialized (

    select * from {{ ref('order_facts') }}

),

order_validity as (

    select * from {{ ref('order_validity') }}

),

order_amounts as (

    select * from {{ ref('order_amounts') }}

),

ledger as not materialized (

    select * from {{ ref('ledger') }}

),

prepaid_lines as (

    select * from {{ ref('prepaid_lines') }}

),

-- Refunds are in the amounts of their order, so on the day of the order, whenever the money went back. What is paid in
-- advance is worth something on the days of its deliveries.
ordered as (

    select
        orders.customer_id,
        orders.order_date as activity_date,
        if(order_validity.is_valid_order, 1, 0) as order_count,
        order_amounts.gross_amount,
        order_amounts.discount_amount,
        order_amounts.refunded_amount,
        order_amounts.net_revenue_amount - order_amounts.deferred_amount as net_revenue_amount,
        order_amounts.shipping_amount,
        order_amounts.tax_amount,
        order_amounts.goods_amount,
        order_amounts.goods_of_known_cost_amount,
        order_amounts.cost_of_goods_amount,
        order_amounts.cost_amount,
        order_amounts.net_revenue_amount - order_amounts.deferred_amount
        + order_amounts.shipping_amount - order_amounts.cost_amount as contribution_amount,
        order_amounts.is_cost_complete
    from orders
    inner join order_validity on orders.order_id = order_validity.order_id
    inner join order_amounts on orders.order_id = order_amounts.order_id
    where orders.customer_id is not null

),

deferred as (

    select
        orders.customer_id,
        if(ledger.event_kind = 'prepaid_deferral', ledger.attributed_order_date, ledger.event_date) as activity_date,
        ledger.net_revenue_amount,
        ledger.net_revenue_amount as contribution_amount
    from ledger
    inner join orders on ledger.order_id = orders.order_id
    where
        ledger.component = 'deferral' and orders.customer_id is not null
        -- Says nothing new, but keeps a million orders out of the join.
        and orders.order_id in (select prepaid_lines.order_id from prepaid_lines)

),

-- A credit note that no order could be found for stands on its own day; what came back with it nobody knows.
credited as (

    select
        credited_customer_id as customer_id,
        attributed_order_date as activity_date,
        -net_revenue_amount as refunded_amount,
        net_revenue_amount,
        if(component = 'shipping', amount, 0) as shipping_amount,
        if(component = 'tax', amount, 0) as tax_amount,
        net_revenue_amount + if(component = 'shipping', amount, 0) as contribution_amount,
        net_revenue_amount = 0 as is_cost_complete
    from ledger
    where credited_customer_id is not null

),

movements as (

    select * from ordered
    union all by name
    select * from deferred
    union all by name
    select * from credited

)

select
    customer_id,
    activity_date,
    cast(coalesce(sum(order_count), 0) as bigint) as order_count,
    {% for amount in amounts -%}
        cast(coalesce(sum({{ amount }}_amount), 0) as decimal(18, 4)) as {{ amount }}_amount,
    {% endfor -%}
    coalesce(bool_and(is_cost_complete), true) as is_cost_complete
from movements
group by customer_id, activity_date
