{{ config(meta={'dagster': {'ref': {'name': 'margin_ladder'}}}) }}

-- Each rung follows from the one above it; down to net revenue a day is revenue_daily's, so that no cost can move it;
-- and over all history the rungs are the orders', with the credit notes that name none.
with revenue_days as (

    select
        revenue_date,
        sum(net_revenue_amount) as net_revenue_amount,
        sum(shipping_amount) as shipping_amount
    from {{ ref('revenue_daily') }}
    group by revenue_date

),

ladder as (

    select
        coalesce(sum(gross_amount), 0) as gross_amount,
        coalesce(sum(net_revenue_amount), 0) as net_revenue_amount,
        coalesce(sum(contribution_amount), 0) as contribution_amount
    from {{ ref('margin_ladder') }}

),

by_order as (

    select
        coalesce(sum(gross_amount), 0) as gross_amount,
        coalesce(sum(net_revenue_amount), 0) as net_revenue_amount,
        coalesce(sum(net_revenue_amount + shipping_amount - cost_amount), 0) as contribution_amount
    from {{ ref('order_amounts') }}

),

-- Where sales count on the day they are shipped, these are on no day yet.
not_shipped as (

    select
        coalesce(sum(amount) filter (where component = 'gross'), 0) as gross_amount,
        coalesce(sum(net_revenue_amount), 0) as net_revenue_amount,
        coalesce(sum(amount) filter (where component = 'shipping'), 0) as shipping_amount
    from {{ ref('ledger') }}
    where is_in_revenue and revenue_date is null

),

goods_not_shipped as (

    select coalesce(-sum(amount), 0) as cost_amount
    from {{ ref('cost_movements') }}
    where is_in_revenue and revenue_date is null

),

without_order as (

    select
        coalesce(sum(net_revenue_amount), 0) as net_revenue_amount,
        coalesce(sum(amount) filter (where component = 'shipping'), 0) as shipping_amount
    from {{ ref('ledger') }}
    where order_id is null

)

select
    'rungs of a day' as identity,
    revenue_date
from {{ ref('margin_ladder') }}
where
    net_revenue_amount <> gross_amount - discount_amount - refunded_amount + deferred_amount
    or gross_margin_amount <> net_revenue_amount - cost_of_goods_amount
    or contribution_amount
    <> gross_margin_amount + shipping_amount - payment_fee_amount - shipping_cost_amount - commission_amount
    - return_handling_amount - service_cost_amount
    or (is_cost_complete and cost_coverage_rate <> 1)
union all
select
    'revenue_daily' as identity,
    coalesce(revenue_days.revenue_date, ladder_days.revenue_date) as revenue_date
from revenue_days
full outer join {{ ref('margin_ladder') }} as ladder_days on revenue_days.revenue_date = ladder_days.revenue_date
where
    coalesce(revenue_days.net_revenue_amount, 0) <> coalesce(ladder_days.net_revenue_amount, 0)
    or coalesce(revenue_days.shipping_amount, 0) <> coalesce(ladder_days.shipping_amount, 0)
union all
select
    'orders' as identity,
    cast(null as date) as revenue_date
from ladder
cross join by_order
cross join without_order
cross join not_shipped
cross join goods_not_shipped
where
    ladder.gross_amount + not_shipped.gross_amount <> by_order.gross_amount
    or ladder.net_revenue_amount + not_shipped.net_revenue_amount
    <> by_order.net_revenue_amount + without_order.net_revenue_amount
    or ladder.contribution_amount
    + not_shipped.net_revenue_amount + not_shipped.shipping_amount - goods_not_shipped.cost_amount
    <> by_order.contribution_amount + without_order.net_revenue_amount + without_order.shipping_amount
