with curves as (

    select * from {{ ref('cohort_curves') }}
    where period_kind = 'thirty_days'

),

periods as (

    select * exclude (period_kind, calendar_month)
    from curves

)

{{ published('periods', with_as_of_date=true) }}
