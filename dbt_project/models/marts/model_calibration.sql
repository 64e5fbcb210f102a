with backtest_deciles as (

    select * from {{ source('predictions', 'backtest_deciles') }}

),

deciles as (

    select
        -- ids and text
        backtest_deciles.model,

        -- flags and counts
        backtest_deciles.is_champion,
        backtest_deciles.horizon_months,
        backtest_deciles.decile,
        backtest_deciles.customer_count,

        -- days
        backtest_deciles.origin_date,

        -- purchases and amounts
        backtest_deciles.predicted_purchase_count,
        cast(backtest_deciles.actual_purchase_count as bigint) as actual_purchase_count,
        backtest_deciles.predicted_amount,
        backtest_deciles.actual_amount

    from backtest_deciles

)

{{ published('deciles', with_as_of_date=true) }}
