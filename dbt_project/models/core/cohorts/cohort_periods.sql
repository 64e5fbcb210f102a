with first_orders as (

    select * from {{ ref('first_orders') }}

),

shop as (

    select * from {{ ref('stg_shop') }}

),

members as (

    select
        cohort_month,
        date_trunc('month', first_order_date) as cohort_start_date,
        first_order_date,
        count(*) as customer_count
    from first_orders
    group by all

),

cohorts as (

    select
        cohort_month,
        cohort_start_date,
        min(first_order_date) as first_member_date,
        sum(customer_count) as cohort_size
    from members
    group by all

),

-- Every period that has begun for at least one member.
periods as (

    select
        'calendar_month' as period_kind,
        cohorts.*,
        unnest(range(datediff('month', cohorts.cohort_start_date, shop.as_of_date - 1) + 1)) as period_number
    from cohorts
    cross join shop
    union all
    select
        'thirty_days' as period_kind,
        cohorts.*,
        unnest(range((shop.as_of_date - 1 - cohorts.first_member_date) // 30 + 1)) as period_number
    from cohorts
    cross join shop

)

select
    periods.period_kind,
    periods.cohort_month,
    periods.period_number,
    strftime(periods.cohort_start_date + to_months(periods.period_number), '%Y-%m') as calendar_month,
    cast(periods.cohort_size as bigint) as cohort_size,
    -- Members whose period lies wholly before as_of_date.
    cast(coalesce(sum(members.customer_count) filter (
        where case periods.period_kind
            when 'calendar_month' then periods.cohort_start_date + to_months(periods.period_number + 1)
            else members.first_order_date + cast(30 * (periods.period_number + 1) as integer)
        end <= shop.as_of_date
    ), 0) as bigint) as exposed_customer_count
from periods
cross join shop
inner join members on periods.cohort_month = members.cohort_month
group by all
