{{ config(materialized='view') }}

with orders as (

    select * from {{ ref('stg_orders') }}
    where tags is not null

),

shop as (

    select * from {{ ref('stg_shop') }}

),

-- Read twice, for few lines each: a copy in memory would hold them all.
products as not materialized (

    select * from {{ ref('typed_lines') }}
    where line_type = 'product'

),

named_lines as (

    select
        order_id,
        line_id,
        subscription_id
    from products
    where subscription_id is not null or selling_plan is not null

),

tagged_orders as (

    select orders.order_id
    from orders
    cross join shop
    where list_has_any({{ words('orders.tags') }}, {{ words("array_to_string(shop.subscription_order_tags, ',')") }})

),

-- Shops tag mixed orders, too: where a line says what it is, the tag adds nothing.
tagged_lines as (

    select
        products.order_id,
        products.line_id,
        cast(null as varchar) as subscription_id
    from products
    inner join tagged_orders on products.order_id = tagged_orders.order_id
    anti join named_lines on products.order_id = named_lines.order_id

)

select * from named_lines
union all
select * from tagged_lines
