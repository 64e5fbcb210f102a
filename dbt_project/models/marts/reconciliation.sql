with steps as (

    select * from {{ ref('reconciliation_steps') }}

),

shop as (

    select * from {{ ref('stg_shop') }}

),

-- Only the start and the steps move the running total; a subtotal is measured anew and must meet it.
movements as (

    select
        sum(amount) filter (where step_kind in ('start', 'step')) as amount,
        sum(row_count) filter (where step_kind in ('start', 'step')) as row_count,
        sum(amount) filter (where step_kind = 'end') as end_amount,
        sum(row_count) filter (where step_kind = 'end') as end_row_count
    from steps

),

with_residual as (

    select * from steps
    union all
    select
        110 as section,
        'residual' as step,
        'residual' as step_kind,
        amount - end_amount,
        row_count - end_row_count
    from movements

),

running as (

    select
        *,
        row_number() over (order by section, step) as step_number,
        sum(if(step_kind in ('start', 'step'), amount, 0)) over (order by section, step) as running_amount,
        sum(if(step_kind in ('start', 'step'), row_count, 0)) over (order by section, step) as running_row_count
    from with_residual

),

described as (

    select
        running.*,
        shop.currency,
        movements.end_amount,
        case
            when running.step = 'source total' then 'All the source holds, by its own count, ex tax'
            when running.section = 15 then 'Days of which the source gives no count: nothing checks the delivery'
            when running.section = 20 then 'Not delivered by the source, which counts it'
            when running.step = 'landed' then 'Delivered, as validation read it'
            when running.step = 'exact repeats' then 'Rows delivered twice, word for word: kept once'
            when running.step = 'superseded' then 'Older versions of orders that came with a newer one'
            when running.step = 'quarantined' then 'Rows that broke a rule, and the rest of their orders'
            when running.step = 'accepted' then 'What the warehouse holds'
            when running.step = 'refunds not settled' then 'Refunds pending or failed: no money has gone back'
            when running.step = 'refunds after the last day' then 'Refunds dated on or after the as-of day'
            when running.step = 'edits after the last day' then 'Changes to orders made on or after the as-of day'
            when running.step = 'prepaid, not delivered yet' then 'Paid in advance for deliveries still to come'
            when running.section between 92 and 94 then 'What paid so: to the shop a payment, here a discount'
            when running.step = 'currency' then 'Foreign orders at the rate of their day, no longer in their own'
            when running.section = 75 then 'Orders whose status alone says that all was paid back, with all their parts'
            when running.section = 80 then 'Orders whose money never came in, with all their parts'
            when running.step = 'shipping' then 'Shipping charged less shipping refunded'
            when running.step = 'fees' then 'Fees charged less fees refunded'
            when running.step in ('tips', 'duties', 'deposits') then 'Charged on the order, and no sale of goods'
            when running.step = 'adjustments' then 'Corrections that sell nothing'
            when running.step = 'gift cards' then 'Gift cards sold: a debt until somebody pays with them'
            when running.step = 'net revenue' then 'Gross sales less discounts and refunds, from the ledger'
            when running.step = 'residual' then 'What no step explains: must be 0'
            else 'Part of net revenue; moves nothing'
        end as description
    from running
    cross join shop
    cross join movements

),

numbered_steps as (

    select
        cast(step_number as bigint) as step_number,
        step,
        description,
        step_kind,
        currency,
        cast(amount as decimal(18, 4)) as amount,
        cast(row_count as bigint) as row_count,
        cast(running_amount as decimal(18, 4)) as running_amount,
        cast(running_row_count as bigint) as running_row_count,
        -- Cut, not rounded through a float, so that the same ledger always gives the same digits.
        case
            when step_kind in ('end', 'memo') and end_amount <> 0
                then cast({{ money_share('cast(1 as decimal(18, 4))', 'amount', 'end_amount') }} as decimal(18, 4))
        end as share_of_net_revenue_rate,
        step_kind in ('subtotal', 'end') as is_subtotal
    from described

)

{{ published('numbered_steps') }}
