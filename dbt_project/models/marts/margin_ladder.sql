{#- Column of the ladder, and the kinds of costs in it. -#}
{%- set cost_columns = {
    'cost_of_goods_amount': ['cost_of_goods', 'cost_of_goods_returned'],
    'payment_fee_amount': ['payment_fee'],
    'shipping_cost_amount': ['shipping_cost', 'fulfilment_cost', 'packaging_cost'],
    'commission_amount': ['commission'],
    'return_handling_amount': ['return_handling', 'chargeback_fee'],
    'service_cost_amount': ['service_cost'],
} -%}
with daily_movements as (

    select * from {{ ref('daily_movements') }}

),

cost_movements as (

    select * from {{ ref('cost_movements') }}

),

shop as (

    select * from {{ ref('stg_shop') }}

),

daily_money as (

    select
        revenue_date,
        sum(amount) filter (where component = 'gross') as gross_amount,
        -sum(amount) filter (where component = 'discount') as discount_amount,
        -sum(amount) filter (where component = 'refund') as refunded_amount,
        sum(amount) filter (where component = 'deferral') as deferred_amount,
        sum(net_revenue_amount) as net_revenue_amount,
        sum(moved_amount) filter (where component = 'gross') as goods_amount,
        sum(moved_amount) filter (where component = 'gross' and is_cost_known) as goods_of_known_cost_amount,
        sum(amount) filter (where component = 'shipping') as shipping_amount,
        bool_and(is_cost_known) filter (where component in ('gross', 'discount', 'refund')) as is_cost_complete
    from daily_movements
    group by revenue_date

),

-- On the clocks of the money: the goods' cost with the sale.
daily_costs as (

    select
        revenue_date,
        {% for column, kinds in cost_columns.items() -%}
            -sum(amount) filter (
                where event_kind in ('{{ kinds | join("', '") }}')
            ) as {{ column }},
        {% endfor -%}
        -sum(amount) as cost_amount
    from cost_movements
    where is_in_revenue and revenue_date is not null
    group by revenue_date

),

days as (

    select
        coalesce(daily_money.revenue_date, daily_costs.revenue_date) as revenue_date,
        {% for column in [
            'gross', 'discount', 'refunded', 'deferred', 'net_revenue', 'shipping', 'goods', 'goods_of_known_cost'
        ] -%}
            coalesce(daily_money.{{ column }}_amount, 0) as {{ column }}_amount,
        {% endfor -%}
        {% for column in cost_columns -%}
            coalesce(daily_costs.{{ column }}, 0) as {{ column }},
        {% endfor -%}
        coalesce(daily_costs.cost_amount, 0) as cost_amount,
        coalesce(daily_money.is_cost_complete, true) as is_cost_complete
    from daily_money
    full outer join daily_costs on daily_money.revenue_date = daily_costs.revenue_date

),

ladder as (

    select
        -- ids
        days.revenue_date,
        strftime(days.revenue_date, '%Y-%m') as revenue_month,
        shop.currency,

        -- amounts, from gross sales to contribution
        cast(days.gross_amount as decimal(18, 4)) as gross_amount,
        cast(days.discount_amount as decimal(18, 4)) as discount_amount,
        cast(days.refunded_amount as decimal(18, 4)) as refunded_amount,
        cast(days.deferred_amount as decimal(18, 4)) as deferred_amount,
        cast(days.net_revenue_amount as decimal(18, 4)) as net_revenue_amount,
        cast(days.cost_of_goods_amount as decimal(18, 4)) as cost_of_goods_amount,
        cast(days.net_revenue_amount - days.cost_of_goods_amount as decimal(18, 4)) as gross_margin_amount,
        cast(days.shipping_amount as decimal(18, 4)) as shipping_amount,
        cast(days.payment_fee_amount as decimal(18, 4)) as payment_fee_amount,
        cast(days.shipping_cost_amount as decimal(18, 4)) as shipping_cost_amount,
        cast(days.commission_amount as decimal(18, 4)) as commission_amount,
        cast(days.return_handling_amount as decimal(18, 4)) as return_handling_amount,
        cast(days.service_cost_amount as decimal(18, 4)) as service_cost_amount,
        cast(days.net_revenue_amount + days.shipping_amount - days.cost_amount as decimal(18, 4))
            as contribution_amount,

        -- rates and flags
        {{ money_ratio('days.goods_of_known_cost_amount', 'days.goods_amount') }} as cost_coverage_rate,
        days.is_cost_complete

    from days
    cross join shop

)

{{ published('ladder') }}
