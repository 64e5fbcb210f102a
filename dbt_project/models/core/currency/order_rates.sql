with orders as (

    select * from {{ ref('stg_orders') }}

),

reference_rates as (

    select * from {{ ref('reference_rates') }}

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

-- The last rate up to the order's day, since reference rates know trading days only; or its month's, if the shop has
-- it so.
select
    foreign_orders.order_id,
    foreign_orders.currency,
    reference_rates.rate as exchange_rate,
    reference_rates.rate_date as exchange_rate_date
from foreign_orders
asof left join reference_rates
    on
        foreign_orders.currency = reference_rates.currency
        and foreign_orders.order_date >= reference_rates.valid_from_date
