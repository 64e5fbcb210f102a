with exchange_rates as (

    select * from {{ source('raw', 'exchange_rates') }}

)

select
    -- ids
    source_id,
    currency,

    -- units of the shop's currency for one of this
    rate,

    -- days and instants
    rate_date

from exchange_rates
