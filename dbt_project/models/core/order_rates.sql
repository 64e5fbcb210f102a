with orders as (

    select * from {{ ref('stg_orders') }}

),

exchange_rates as (

    select * from {{ ref('stg_exchange_rates') }}

),

shop as (

    select * from {{ ref('stg_shop') }}

),

foreign_orders as (

    select
        orders.order_id,
        orders.currency,
        orders.order_date
    from orders
    cross join shop
    where orders.currency <> shop.currency

)

-- The last rate up to the order's day: reference rates know trading days only.
select
    foreign_orders.order_id,
    foreign_orders.currency,
    exchange_rates.rate as exchange_rate,
    exchange_rates.rate_date as exchange_rate_date
from foreign_orders
asof left join exchange_rates
    on
        foreign_orders.currency = exchange_rates.currency
        and foreign_orders.order_date >= exchange_rates.rate_date
