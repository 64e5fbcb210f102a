with shop as (

    select * from {{ ref('stg_shop') }}

),

days as (

    select
        cast(unnest(range(history_start_date, as_of_date, interval 1 day)) as date) as calendar_date,
        history_start_date,
        as_of_date
    from shop

),

periods as (

    select
        *,
        cast(date_trunc('week', calendar_date) as date) as week_start_date,
        cast(date_trunc('month', calendar_date) as date) as month_start_date,
        cast(date_trunc('quarter', calendar_date) as date) as quarter_start_date
    from days

)

select
    -- day
    calendar_date,
    cast(isodow(calendar_date) as bigint) as weekday_number,
    dayname(calendar_date) as weekday,
    isodow(calendar_date) >= 6 as is_weekend,

    -- periods, as text and as their first day
    strftime(calendar_date, '%G-W%V') as calendar_week,
    strftime(calendar_date, '%Y-%m') as calendar_month,
    year(calendar_date) || '-Q' || quarter(calendar_date) as calendar_quarter,
    cast(year(calendar_date) as bigint) as calendar_year,
    week_start_date,
    month_start_date,
    quarter_start_date,

    -- periods that lie wholly inside the known history
    week_start_date >= history_start_date and week_start_date + interval 7 day <= as_of_date as is_complete_week,
    month_start_date >= history_start_date and month_start_date + interval 1 month <= as_of_date as is_complete_month,
    quarter_start_date >= history_start_date
    and quarter_start_date + interval 3 month <= as_of_date as is_complete_quarter

from periods
