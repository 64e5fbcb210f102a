with order_costs as (

    select * from {{ source('raw', 'order_costs') }}

)

select
    -- ids
    source_id,
    order_id,
    cost_id,

    -- text
    kind,

    -- amounts, ex tax; positive: a cost
    amount,

    -- days and instants
    order_date,
    booked_at

from order_costs
