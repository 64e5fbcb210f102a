with events as (

    select * from {{ ref('core_revenue_events') }}

),

shipped_days as (

    select * from {{ ref('shipped_days') }}

),

shop as (

    select * from {{ ref('stg_shop') }}

)

-- The refund-date clock: money counts on the day it moved, unless the shop has refunds or edits on their order's, or
-- sales on the day they left. What has not left is on no day.
select
    {{ daily_date('events') }} as revenue_date,
    events.sales_channel,
    events.component,
    events.is_cost_known,
    cast(sum(events.amount) as decimal(18, 4)) as amount,
    cast(sum(abs(events.amount)) as decimal(18, 4)) as moved_amount,
    cast(sum(events.net_revenue_amount) as decimal(18, 4)) as net_revenue_amount
from events
cross join shop
left join shipped_days on events.order_id = shipped_days.order_id
where events.is_in_revenue and revenue_date is not null
group by all
