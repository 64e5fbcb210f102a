{%- set common = ['shipping', 'tax'] -%}
{%- set rare = ['deferral'] -%}
{%- for component in other_components() if component not in common -%}
    {%- do rare.append(component) -%}
{%- endfor -%}
with orders as (

    select * from {{ ref('order_facts') }}

),

-- Read twice, but for other columns and rows: a copy in memory would hold the whole ledger.
ledger as not materialized (

    select * from {{ ref('ledger') }}

),

own_currency_revenue as (

    select * from {{ ref('own_currency_revenue') }}

),

cost_movements as (

    select * from {{ ref('cost_movements') }}

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
        {% for component in common -%}
            sum(amount) filter (where component = '{{ component }}') as {{ component }}_amount,
        {% endfor -%}
        bool_and(is_cost_known) filter (where component in ('gross', 'discount', 'refund')) as is_cost_complete
    from ledger
    where is_in_revenue and order_id is not null
    group by all

),

-- Few movements: columns among the sums above would be worked out for every line.
rare_sums as (

    select
        {% for component in rare -%}
            sum(amount) filter (where component = '{{ component }}') as {{ component }}_amount,
        {% endfor -%}
        coalesce(exchanged_order_id, order_id) as order_id
    from ledger
    where
        component not in ('gross', 'discount', 'refund', 'shipping', 'tax')
        and is_in_revenue and order_id is not null
    group by all

),

excluded as (

    select
        coalesce(exchanged_order_id, order_id) as order_id,
        sum(amount) as amount
    from ledger
    where not is_in_revenue and component in ('gross', 'discount', 'refund') and order_id is not null
    group by all

),

cost_sums as (

    select
        coalesce(exchanged_order_id, order_id) as order_id,
        -sum(amount) filter (where event_kind in ('cost_of_goods', 'cost_of_goods_returned')) as cost_of_goods_amount,
        -sum(amount) as cost_amount
    from cost_movements
    where is_in_revenue
    group by all

)

select
    orders.order_id,
    cast(coalesce(sums.gross_amount, 0) as decimal(18, 4)) as gross_amount,
    cast(coalesce(sums.discount_amount, 0) as decimal(18, 4)) as discount_amount,
    cast(coalesce(sums.refunded_amount, 0) as decimal(18, 4)) as refunded_amount,
    cast(coalesce(rare_sums.deferral_amount, 0) as decimal(18, 4)) as deferred_amount,
    cast(coalesce(sums.net_revenue_amount, 0) as decimal(18, 4)) as net_revenue_amount,
    cast(coalesce(sums.goods_amount, 0) as decimal(18, 4)) as goods_amount,
    cast(coalesce(sums.goods_of_known_cost_amount, 0) as decimal(18, 4)) as goods_of_known_cost_amount,
    {% for component in other_components() -%}
        cast(
            coalesce({{ 'sums' if component in common else 'rare_sums' }}.{{ component }}_amount, 0) as decimal(18, 4)
        ) as {{ component }}_amount,
    {% endfor -%}
    cast(coalesce(cost_sums.cost_of_goods_amount, 0) as decimal(18, 4)) as cost_of_goods_amount,
    cast(coalesce(cost_sums.cost_amount, 0) as decimal(18, 4)) as cost_amount,
    cast(coalesce(excluded.amount, 0) as decimal(18, 4)) as excluded_amount,
    coalesce(sums.is_cost_complete, true) as is_cost_complete,
    coalesce(
        sums.refunded_amount > 0
        and coalesce(own_currency_revenue.original_net_revenue_amount, sums.net_revenue_amount) < 0,
        false
    ) as is_over_refunded
from orders
left join sums on orders.order_id = sums.order_id
left join rare_sums on orders.order_id = rare_sums.order_id
left join excluded on orders.order_id = excluded.order_id
left join own_currency_revenue on orders.order_id = own_currency_revenue.order_id
left join cost_sums on orders.order_id = cost_sums.order_id
