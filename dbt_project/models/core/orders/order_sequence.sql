{{ config(materialized='view') }}

with orders as (

    select * from {{ ref('stg_orders') }}

)

-- Every "first", "next" and "last" order goes by this number: an instant alone may be that of two orders.
select
    order_id,
    row_number() over (
        order by placed_at, {{ natural_order('order_number') }}, {{ natural_order('order_id') }}
    ) as order_sequence
from orders
