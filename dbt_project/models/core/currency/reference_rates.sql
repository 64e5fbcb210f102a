{{ config(materialized='view') }}

with exchange_rates as (

    select * from {{ ref('stg_exchange_rates') }}

),

shop as (

    select * from {{ ref('stg_shop') }}

),

months as (

    select
        exchange_rates.currency,
        cast(date_trunc('month', exchange_rates.rate_date) as date) as month_start_date,
        max(exchange_rates.rate_date) as rate_date,
        arg_max(exchange_rates.rate, exchange_rates.rate_date) as last_rate,
        count(*) as rate_count,
        cast(sum(exchange_rates.rate) * 1000000000 as hugeint) as rate_units
    from exchange_rates
    cross join shop
    where shop.exchange_rate_basis = 'month_average' and exchange_rates.rate_date < shop.as_of_date
    group by exchange_rates.currency, month_start_date

),

-- To six decimals, halves up, in whole numbers throughout: DuckDB divides decimals as floats.
averages as (

    select
        currency,
        rate_date,
        month_start_date as valid_from_date,
        cast((2 * rate_units + 1000 * rate_count) // (2000 * rate_count) as decimal(18, 0))
        * cast(0.000001 as decimal(7, 6)) as rate
    from months

),

-- After its month a rate holds as the last one known, until a month has rates of its own.
leftovers as (

    select
        months.currency,
        months.rate_date,
        cast(months.month_start_date + interval 1 month as date) as valid_from_date,
        months.last_rate as rate
    from months
    anti join averages
        on months.currency = averages.currency and months.month_start_date + interval 1 month = averages.valid_from_date

)

select
    exchange_rates.currency,
    exchange_rates.rate_date,
    exchange_rates.rate_date as valid_from_date,
    exchange_rates.rate
from exchange_rates
cross join shop
where shop.exchange_rate_basis = 'day'
union all
select
    currency,
    rate_date,
    valid_from_date,
    cast(rate as decimal(18, 9))
from averages
union all
select
    currency,
    rate_date,
    valid_from_date,
    rate
from leftovers
