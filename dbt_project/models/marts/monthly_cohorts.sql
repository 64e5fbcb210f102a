with curves as (

    select * from {{ ref('cohort_curves') }}
    where period_kind = 'calendar_month'

),

months as (

    select
        * exclude (period_kind, period_number, calendar_month),
        period_number as month_number,
        calendar_month as activity_month
    from curves

)

{{ published('months', with_as_of_date=true) }}
