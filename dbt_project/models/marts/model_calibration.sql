with backtest_deciles as (

    select * from {{ source('predictions', 'backtest_deciles') }}

),

shop as (

    select * from {{ ref('stg_shop') }}

)

select
    -- ids and text
    shop.source_id,
    backtest_deciles.model,
    shop.definition_version,

    -- flags and counts
    backtest_deciles.is_champion,
    backtest_deciles.horizon_months,
    backtest_deciles.decile,
    backtest_deciles.customer_count,

    -- days
    shop.as_of_date,
    backtest_deciles.origin_date,

    -- purchases and amounts
    backtest_deciles.predicted_purchase_count,
    cast(backtest_deciles.actual_purchase_count as bigint) as actual_purchase_count,
    backtest_deciles.predicted_amount,
    backtest_deciles.actual_amount

from backtest_deciles
cross join shop
