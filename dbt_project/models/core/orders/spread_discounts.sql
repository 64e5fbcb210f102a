{{ config(materialized='view') }}

{%- set payment_kinds = payment_discount_names() | list -%}
with orders as (

    select * from {{ ref('stg_orders') }}

),

shop as (

    select * from {{ ref('stg_shop') }}

),

order_lines as (

    select * from {{ ref('typed_lines') }}

),

payment_discounts as (

    select * from {{ ref('payment_discounts') }}

),

discounted_orders as (

    select
        orders.order_id,
        {% for kind in payment_kinds -%}
            coalesce(payment_discounts.{{ kind }}_discount_amount, 0) as {{ kind }}_amount,
        {% endfor -%}
        orders.undistributed_discount_amount as order_amount,
        payment_discounts.order_id is not null as has_payment_discount
    from orders
    left join payment_discounts on orders.order_id = payment_discounts.order_id
    where orders.undistributed_discount_amount > 0 or payment_discounts.order_id is not null

),

-- By the products' value after line discounts, or by the pieces of those that cost anything.
weights as (

    select
        order_lines.order_id,
        order_lines.line_id,
        discounted_orders.* exclude (order_id),
        if(
            shop.discount_spread = 'quantity' and order_lines.net_amount > 0,
            order_lines.quantity,
            greatest(order_lines.net_amount, 0)
        ) as weight,
        sum(weight) over (partition by order_lines.order_id) as total_weight,
        row_number() over (
            partition by order_lines.order_id
            order by weight desc, order_lines.net_amount desc, {{ natural_order('order_lines.line_id') }} asc
        ) as size_rank
    from order_lines
    cross join shop
    inner join discounted_orders on order_lines.order_id = discounted_orders.order_id
    where order_lines.line_type = 'product'

),

-- Every ten-thousandth that cutting leaves over goes to the largest line.
order_spread as (

    select
        order_id,
        line_id,
        {{ money_share('order_amount', 'weight', 'total_weight') }} as share,
        share + if(size_rank = 1, order_amount - sum(share) over (partition by order_id), 0) as discount_amount
    from weights

),

-- Apart, since few orders are paid so.
payment_spread as (

    select
        {% for kind in payment_kinds -%}
            {{ money_share(kind ~ '_amount', 'weight', 'total_weight') }} as {{ kind }}_share,
            {{ kind }}_share + if(
                size_rank = 1, {{ kind }}_amount - sum({{ kind }}_share) over (partition by order_id), 0
            ) as {{ kind }}_discount_amount,
        {% endfor -%}
        order_id,
        line_id
    from weights
    where has_payment_discount

)

select
    order_spread.order_id,
    order_spread.line_id,
    {% for kind in payment_kinds -%}
        coalesce(payment_spread.{{ kind }}_discount_amount, 0) as {{ kind }}_discount_amount,
    {% endfor -%}
    order_spread.discount_amount as order_discount_amount
from order_spread
left join payment_spread
    on order_spread.order_id = payment_spread.order_id and order_spread.line_id = payment_spread.line_id
