with movements as (

    select * from {{ ref('bridge_steps') }}

),

shop as (

    select * from {{ ref('stg_shop') }}

),

-- Every day has a start and an end, be they 0.
frame as (

    select days.revenue_date, fixed.section, fixed.step
    from (select distinct revenue_date from movements) as days
    cross join (
        values
        (10, 'platform total'),
        (90, 'net revenue without marketplaces'),
        (100, 'residual'),
        (110, 'net revenue with marketplaces')
    ) as fixed (section, step)

),

residuals as (

    select
        revenue_date,
        100 as section,
        coalesce(sum(case when section < 90 then amount when section = 90 then -amount end), 0) as amount
    from movements
    group by revenue_date

),

framed as (

    select
        revenue_date,
        section,
        step,
        coalesce(movements.order_count, 0) as order_count,
        coalesce(movements.amount, residuals.amount, 0) as amount
    from frame
    full outer join movements using (revenue_date, section, step)
    left join residuals using (revenue_date, section)

),

running as (

    select
        *,
        row_number() over so_far as step_number,
        sum(if(section < 90, amount, 0)) over so_far as running_amount,
        case
            when section = 10 then 'start'
            when section < 90 then 'step'
            when section = 90 then 'end'
            when section = 100 then 'residual'
            else 'memo'
        end as step_kind,
        case
            when step = 'platform total' then 'What the shop says the day''s buyers owed, each in their own currency'
            when step = 'tax' then 'Tax on these orders, as the shop states it'
            when step = 'shipping' then 'Shipping charged on these orders'
            when step = 'fees' then 'Fees charged on these orders'
            when step in ('tips', 'duties', 'deposits') then 'Charged on these orders, and no sale of goods'
            when step = 'gift cards sold' then 'A debt until somebody pays with them'
            when step = 'adjustments' then 'Corrections on these orders that sell nothing'
            when step = 'rounding' then 'What the parts of an order make beside its total: a cent a part at most'
            when step = 'loyalty points' then 'Points that paid for these orders: a discount, ex tax'
            when step = 'store credit' then 'Credit that paid for these orders: here a discount, ex tax'
            when step = 'gift cards' then 'Cards that paid for these orders: their sale was the revenue'
            when section = 40 then 'Goods of these orders, whose money never came in'
            when step = 'shipped on another day' then 'Sold on this day and shipped on another, or the reverse'
            when step = 'not shipped yet' then 'Sold on this day; counts on the day it is shipped'
            when step = 'edits' then 'Changes to orders, of this day or of any'
            when step = 'refunds of the same day' then 'Goods of these orders, paid back on this day'
            when step = 'refunds of other days' then 'Goods of orders of another day, paid back on this one'
            when step = 'refunds known only by status' then 'Goods of orders that only their status calls refunded'
            when step = 'refunds of orders before the start' then 'Paid back; their sale lies before the history'
            when step = 'refunds without an order' then 'Credit notes of this day for which no sale was found'
            when step = 'prepaid deliveries'
                then 'Paid with these orders for later deliveries; and delivered on this day, paid with earlier ones'
            when step = 'currency' then 'Foreign orders at the rate of their day; until here each in its own currency'
            when step = 'marketplaces' then 'Net revenue of orders that a marketplace sold'
            when step = 'net revenue without marketplaces' then 'Gross less discounts and refunds, from the ledger'
            when step = 'net revenue with marketplaces' then 'The day in revenue_daily; moves nothing'
            when step = 'residual' then 'What no step explains: must be 0'
        end as description
    from framed
    window so_far as (partition by revenue_date order by section, step)

),

steps as (

    select
        running.revenue_date,
        strftime(running.revenue_date, '%Y-%m') as revenue_month,
        cast(running.step_number as bigint) as step_number,
        running.step,
        running.description,
        running.step_kind,
        shop.currency,
        cast(running.order_count as bigint) as placed_order_count,
        cast(running.amount as decimal(18, 4)) as amount,
        cast(running.running_amount as decimal(18, 4)) as running_amount
    from running
    cross join shop

)

{{ published('steps') }}
