{{ config(materialized='view') }}

with orders as (

    select * from {{ ref('order_facts') }}
    where is_in_revenue and status in ('refunded', 'partially_refunded')

),

refunds as (

    select * from {{ ref('stg_refunds') }}

),

refund_matches as (

    select * from {{ ref('refund_matches') }}

),

told as (

    select order_id from refunds
    where {{ tells_how_much('refunds') }}
    union
    select order_id from refund_matches
    where refund_match_status in ('matched', 'status_only')

)

select
    orders.order_id,
    orders.customer_id
from orders
anti join told on orders.order_id = told.order_id
