with subscriptions as (

    select * from {{ ref('stg_subscriptions') }}

),

shop as (

    select * from {{ ref('stg_shop') }}

),

-- Business days, as everywhere; a cancellation after the last day has not happened yet.
dated as (

    select
        subscriptions.*,
        {{ local_date('subscriptions.started_at', 'shop.timezone') }} as started_date,
        {{ local_date('subscriptions.cancelled_at', 'shop.timezone') }} as cancelled_date,
        shop.as_of_date - 1 as last_date
    from subscriptions
    cross join shop

),

known as (

    select
        *,
        coalesce(cancelled_date <= last_date, false) as is_cancelled,
        least(coalesce(cancelled_date, last_date), last_date) as end_date
    from dated
    where started_date <= last_date

)

-- The first payment is made at the start; each whole interval that ends while the subscription runs is a renewal.
select
    subscription_id,
    customer_id,
    plan,
    payment_interval,
    payment_amount,
    started_date,
    strftime(started_date, '%Y-%m') as start_month,
    is_cancelled,
    -- Renewals made, and renewals there could have been by the last day.
    cast(datesub(payment_interval, started_date, end_date) as bigint) as renewal_count,
    cast(datesub(payment_interval, started_date, last_date) as bigint) as elapsed_renewal_count
from known
