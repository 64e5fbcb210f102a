with orders as (

    select * from {{ ref('core_orders') }}

),

-- Read twice, but for other columns and rows: a copy in memory would hold the whole ledger.
events as not materialized (

    select * from {{ ref('core_revenue_events') }}

),

foreign_movements as (

    select * from {{ ref('foreign_movements') }}

),

order_rates as (

    select * from {{ ref('order_rates') }}

),

cost_events as (

    select * from {{ ref('cost_events') }}

),

-- Whether more went back than was sold is not for rates to say.
abroad as (

    select
        coalesce(foreign_movements.exchanged_order_id, foreign_movements.order_id) as order_id,
        sum(foreign_movements.original_amount) as original_net_revenue_amount
    from foreign_movements
    inner join order_rates on foreign_movements.order_id = order_rates.order_id
    where foreign_movements.is_in_revenue and foreign_movements.component in ('gross', 'discount', 'refund')
    group by all
    having count(distinct order_rates.currency) = 1

),

-- Only where all that belongs to the order is in its currency.
mixed as (

    select distinct exchanged_order_id as order_id
    from orders
    where exchanged_order_id is not null and exchange_rate_date is null and is_in_revenue

),

own_currency as (

    select abroad.*
    from abroad
    inner join order_rates on abroad.order_id = order_rates.order_id
    anti join mixed on abroad.order_id = mixed.order_id

),

sums as (

    select
        coalesce(exchanged_order_id, order_id) as order_id,
        sum(amount) filter (where component = 'gross') as gross_amount,
        -sum(amount) filter (where component = 'discount') as discount_amount,
        -sum(amount) filter (where component = 'refund') as refunded_amount,
        sum(net_revenue_amount) as net_revenue_amount,
        sum(abs(amount)) filter (where component = 'gross') as goods_amount,
        sum(abs(amount)) filter (where component = 'gross' and is_cost_known) as goods_of_known_cost_amount,
        {% for component in other_components() -%}
            sum(amount) filter (where component = '{{ component }}') as {{ component }}_amount,
        {% endfor -%}
        bool_and(is_cost_known) filter (where component in ('gross', 'discount', 'refund')) as is_cost_complete
    from events
    where is_in_revenue and order_id is not null
    group by all

),

-- Few events: a column among the sums above would be worked out for every line.
deferred as (

    select
        coalesce(exchanged_order_id, order_id) as order_id,
        sum(amount) as amount
    from events
    where component = 'deferral' and is_in_revenue
    group by all

),

uncounted as (

    select
        coalesce(exchanged_order_id, order_id) as order_id,
        sum(amount) as amount
    from events
    where not is_in_revenue and component in ('gross', 'discount', 'refund') and order_id is not null
    group by all

),

cost_sums as (

    select
        coalesce(exchanged_order_id, order_id) as order_id,
        -sum(amount) filter (where event_kind in ('cost_of_goods', 'cost_of_goods_returned')) as cost_of_goods_amount,
        -sum(amount) as cost_amount
    from cost_events
    where is_in_revenue
    group by all

)

select
    orders.source_id,
    orders.order_id,
    cast(coalesce(sums.gross_amount, 0) as decimal(18, 4)) as gross_amount,
    cast(coalesce(sums.discount_amount, 0) as decimal(18, 4)) as discount_amount,
    cast(coalesce(sums.refunded_amount, 0) as decimal(18, 4)) as refunded_amount,
    cast(coalesce(deferred.amount, 0) as decimal(18, 4)) as deferred_amount,
    cast(coalesce(sums.net_revenue_amount, 0) as decimal(18, 4)) as net_revenue_amount,
    cast(coalesce(sums.goods_amount, 0) as decimal(18, 4)) as goods_amount,
    cast(coalesce(sums.goods_of_known_cost_amount, 0) as decimal(18, 4)) as goods_of_known_cost_amount,
    {% for component in other_components() -%}
        cast(coalesce(sums.{{ component }}_amount, 0) as decimal(18, 4)) as {{ component }}_amount,
    {% endfor -%}
    cast(coalesce(cost_sums.cost_of_goods_amount, 0) as decimal(18, 4)) as cost_of_goods_amount,
    cast(coalesce(cost_sums.cost_amount, 0) as decimal(18, 4)) as cost_amount,
    cast(coalesce(uncounted.amount, 0) as decimal(18, 4)) as uncounted_amount,
    coalesce(sums.is_cost_complete, true) as is_cost_complete,
    coalesce(
        sums.refunded_amount > 0
        and coalesce(own_currency.original_net_revenue_amount, sums.net_revenue_amount) < 0,
        false
    ) as is_over_refunded
from orders
left join sums on orders.order_id = sums.order_id
left join deferred on orders.order_id = deferred.order_id
left join uncounted on orders.order_id = uncounted.order_id
left join own_currency on orders.order_id = own_currency.order_id
left join cost_sums on orders.order_id = cost_sums.order_id
