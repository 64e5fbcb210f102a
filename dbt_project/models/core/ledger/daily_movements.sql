with ledger as (

    select * from {{ ref('ledger') }}

)

-- Only what was sold and is not shipped yet can be without a day, in a shop whose sales count when they are shipped.
select
    revenue_date,
    sales_channel,
    component,
    is_cost_known,
    cast(sum(amount) as decimal(18, 4)) as amount,
    cast(sum(abs(amount)) as decimal(18, 4)) as moved_amount,
    cast(sum(net_revenue_amount) as decimal(18, 4)) as net_revenue_amount
from ledger
where is_in_revenue and revenue_date is not null
group by all
