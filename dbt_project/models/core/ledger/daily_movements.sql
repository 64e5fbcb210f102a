with ledger as (

    select * from {{ ref('ledger') }}

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
    {{ daily_date('ledger') }} as revenue_date,
    ledger.sales_channel,
    ledger.component,
    ledger.is_cost_known,
    cast(sum(ledger.amount) as decimal(18, 4)) as amount,
    cast(sum(abs(ledger.amount)) as decimal(18, 4)) as moved_amount,
    cast(sum(ledger.net_revenue_amount) as decimal(18, 4)) as net_revenue_amount
from ledger
cross join shop
left join shipped_days on ledger.order_id = shipped_days.order_id
where ledger.is_in_revenue and revenue_date is not null
group by all
