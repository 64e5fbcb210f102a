with prepaid_lines as (

    select * from {{ ref('prepaid_lines') }}
    where delivery_amount <> 0

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

-- Each on its day; all that were still to come when the waiting ended, on that day.
delivered as (

    select
        due.*,
        {{ local_date('due.ended_at', 'shop.timezone') }} as ended_date,
        coalesce(ended_date < due.due_date, false) as is_ended,
        if(is_ended, ended_date, due.due_date) as delivery_date,
        -- The first instant of the day, as a UTC one.
        if(
            is_ended,
            due.ended_at,
            (cast(due.due_date as timestamp) at time zone shop.timezone) at time zone 'UTC'
        ) as delivered_at
    from due
    cross join shop
    where delivery_date < shop.as_of_date

)

-- With the order, what is still to come leaves its value; each delivery brings its share.
select
    'deferral' as source_part,
    order_id,
    line_id,
    cast(null as varchar) as part_id,
    category,
    'prepaid_deferral' as event_kind,
    'paid in advance' as reason,
    cast(-delivery_amount * (delivery_count - 1) as decimal(18, 4)) as amount,
    cast(null as date) as event_date,
    cast(null as timestamp) as event_at
from prepaid_lines
union all
select
    'delivery',
    order_id,
    line_id,
    cast(delivery_number as varchar),
    category,
    'prepaid_delivery',
    'paid in advance',
    delivery_amount,
    delivery_date,
    delivered_at
from delivered
