{{ config(materialized='view') }}

with refunds as (

    select * from {{ ref('refund_matches') }}

),

order_rates as (

    select * from {{ ref('order_rates') }}

),

reference_rates as (

    select * from {{ ref('reference_rates') }}

),

shop as (

    select * from {{ ref('stg_shop') }}

),

foreign_refunds as (

    select
        refunds.refund_id,
        refunds.refund_line_no,
        refunds.refund_date,
        order_rates.currency,
        order_rates.exchange_rate as order_day_rate
    from refunds
    inner join order_rates on refunds.order_id = order_rates.order_id

)

select
    foreign_refunds.refund_id,
    foreign_refunds.refund_line_no,
    reference_rates.rate as refund_day_rate,
    if(
        shop.refund_exchange_rate = 'refund_day', reference_rates.rate, foreign_refunds.order_day_rate
    ) as exchange_rate
from foreign_refunds
cross join shop
asof left join reference_rates
    on
        foreign_refunds.currency = reference_rates.currency
        and foreign_refunds.refund_date >= reference_rates.valid_from_date
