with prepaid_lines as (

    select * from {{ ref('prepaid_lines') }}

),

shop as (

    select * from {{ ref('stg_shop') }}

),

-- The first delivery comes with the order.
deliveries as (

    select
        *,
        unnest(range(1, delivery_count)) as delivery_number
    from prepaid_lines

),

due as (

    select
        *,
        cast(order_date + case delivery_interval
            when 'week' then to_days(cast(7 * delivery_number as integer))
            when 'month' then to_months(cast(delivery_number as integer))
            when 'quarter' then to_months(cast(3 * delivery_number as integer))
            else to_months(cast(12 * delivery_number as integer))
        end as date) as due_date
    from deliveries

),

dated as (

    select
        due.*,
        shop.as_of_date,
        {{ local_date('due.ended_at', 'shop.timezone') }} as ended_date,
        coalesce(ended_date < due.due_date, false) as is_ended,
        -- The first instant of the day, as a UTC one.
        (cast(due.due_date as timestamp) at time zone shop.timezone) at time zone 'UTC' as due_at
    from due
    cross join shop

)

select
    order_id,
    line_id,
    delivery_number,
    category,
    delivery_amount,
    if(is_ended, ended_date, due_date) as delivery_date,
    if(is_ended, ended_at, due_at) as delivered_at,
    delivery_date < as_of_date as is_delivered
from dated
where delivery_amount <> 0
