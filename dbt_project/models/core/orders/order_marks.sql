{{ config(materialized='view') }}

with orders as (

    select * from {{ ref('stg_orders') }}

),

payments as (

    select * from {{ ref('stg_payments') }}

),

shop as (

    select * from {{ ref('stg_shop') }}

),

rules as (

    select
        {{ words("array_to_string(test_order_tags, ',')") }} as test_tags,
        {{ words("array_to_string(staff_order_tags, ',')") }} as staff_tags,
        {{ words("array_to_string(test_payment_gateways, ',')") }} as test_gateways
    from shop

),

tagged as (

    select
        orders.order_id,
        list_has_any({{ words('orders.tags') }}, rules.test_tags) as is_test,
        list_has_any({{ words('orders.tags') }}, rules.staff_tags) as is_staff
    from orders
    cross join rules
    where orders.tags is not null and len(rules.test_tags) + len(rules.staff_tags) > 0

),

test_gateways as (

    select unnest(test_gateways) as gateway
    from rules

),

-- A payment of a test marks its order whatever became of it: many are never settled.
paid_in_test as (

    select
        payments.order_id,
        true as is_test,
        false as is_staff
    from payments
    inner join test_gateways on lower(trim(payments.gateway)) = test_gateways.gateway
    where payments.gateway is not null

),

marks as (

    select * from tagged
    where is_test or is_staff
    union all
    select * from paid_in_test

)

select
    order_id,
    bool_or(is_test) as is_test,
    bool_or(is_staff) as is_staff
from marks
group by order_id
