{{ config(materialized='view') }}

with ledger as (

    select * from {{ ref('ledger') }}
    where refund_id is not null

),

cost_movements as (

    select * from {{ ref('cost_movements') }}
    where refund_id is not null

),

orders as (

    select * from {{ ref('order_facts') }}

),

shop as (

    select * from {{ ref('stg_shop') }}
    where cohort_refund_clock = 'refund_day' or rfm_refund_clock = 'refund_day'

),

refunded as (

    select
        coalesce(exchanged_order_id, order_id) as order_id,
        attributed_order_date,
        event_date,
        net_revenue_amount,
        if(component = 'shipping', amount, 0) as shipping_amount,
        if(component = 'tax', amount, 0) as tax_amount,
        0 as cost_amount
    from ledger
    where is_in_revenue and event_date <> attributed_order_date
    union all
    select
        coalesce(exchanged_order_id, order_id),
        attributed_order_date,
        event_date,
        0,
        0,
        0,
        -amount
    from cost_movements
    where is_in_revenue and event_date <> attributed_order_date

),

-- What a refund moved comes off its order's day and goes to its own.
moves as (

    select
        order_id,
        attributed_order_date as activity_date,
        -net_revenue_amount as net_revenue_amount,
        -shipping_amount as shipping_amount,
        -tax_amount as tax_amount,
        -cost_amount as cost_amount
    from refunded
    union all
    select
        order_id,
        event_date,
        net_revenue_amount,
        shipping_amount,
        tax_amount,
        cost_amount
    from refunded

)

-- Empty unless a clock of the customer marts is set to the refund's day.
select
    orders.customer_id,
    moves.order_id,
    moves.activity_date,
    0 as order_count,
    0 as gross_amount,
    cast(sum(moves.net_revenue_amount) as decimal(18, 4)) as net_revenue_amount,
    cast(sum(moves.shipping_amount) as decimal(18, 4)) as shipping_amount,
    cast(sum(moves.tax_amount) as decimal(18, 4)) as tax_amount,
    cast(sum(moves.cost_amount) as decimal(18, 4)) as cost_of_goods_amount,
    cast(sum(moves.net_revenue_amount + moves.shipping_amount - moves.cost_amount) as decimal(18, 4))
        as contribution_amount,
    shop.cohort_refund_clock = 'refund_day' as is_in_cohorts,
    shop.rfm_refund_clock = 'refund_day' as is_in_scores
from moves
cross join shop
inner join orders on moves.order_id = orders.order_id
where orders.customer_id is not null
group by all
