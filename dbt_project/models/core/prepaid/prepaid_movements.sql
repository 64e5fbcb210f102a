{{ config(materialized='view') }}

with deliveries as (

    select * from {{ ref('prepaid_deliveries') }}

)

-- With the order, what is still to come leaves its value; each delivery brings its part.
select
    'deferral' as source_part,
    order_id,
    line_id,
    cast(null as varchar) as part_id,
    any_value(category) as category,
    'prepaid_deferral' as event_kind,
    'paid in advance' as reason,
    cast(-sum(delivery_amount) as decimal(18, 4)) as amount,
    cast(null as date) as event_date,
    cast(null as timestamp) as event_at
from deliveries
group by order_id, line_id
union all
select
    'delivery',
    order_id,
    line_id,
    cast(delivery_number as varchar),
    category,
    'prepaid_delivery',
    'paid in advance',
    delivery_amount,
    delivery_date,
    delivered_at
from deliveries
where is_delivered
