with movements as (

    select * from {{ ref('ledger_movements') }}
    where is_foreign

),

order_rates as (

    select * from {{ ref('order_rates') }}

),

refund_rates as (

    select * from {{ ref('refund_rates') }}

),

-- What rates did is in the shop's currency by nature; everything else is in the order's.
worths as (

    select
        movements.*,
        if(movements.component in ('gross', 'discount', 'refund'), 'net_revenue', movements.component) as account,
        movements.original_amount * if(
            movements.event_kind = 'fx_effect', 1, coalesce(refund_rates.exchange_rate, order_rates.exchange_rate)
        ) as worth
    from movements
    inner join order_rates on movements.order_id = order_rates.order_id
    left join refund_rates
        on movements.refund_id = refund_rates.refund_id and movements.refund_line_no = refund_rates.refund_line_no

),

-- What each account of an order has come to with every movement, rounded.
balances as (

    select
        * exclude (worth),
        cast(sum(worth) over in_order as decimal(18, 4)) as balance_amount,
        row_number() over in_order as movement_no
    from worths
    window in_order as (
        partition by order_id, account
        order by
            event_at, component <> 'gross', cast(event_kind as varchar), {{ natural_order('line_id') }},
            {{ natural_order('refund_id') }}, refund_line_no,
            cast(source_part as varchar), part_id
        rows unbounded preceding
    )

)

-- A movement is the step between two balances: what comes to nothing in the order's currency does so in the shop's.
select
    * exclude (account, balance_amount, movement_no),
    cast(
        balance_amount - coalesce(lag(balance_amount) over (partition by order_id, account order by movement_no), 0)
        as decimal(18, 4)
    ) as amount
from balances
