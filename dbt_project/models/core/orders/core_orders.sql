{{ config(alias='orders') }}

with orders as (

    select * from {{ ref('stg_orders') }}

),

order_facts as (

    select * from {{ ref('order_facts') }}

),

line_values as (

    select * from {{ ref('order_line_values') }}

),

refund_lines as (

    select * from {{ ref('refund_lines') }}

),

edits as (

    select * from {{ ref('settled_edits') }}

),

order_rates as (

    select * from {{ ref('order_rates') }}

),

shop as (

    select * from {{ ref('stg_shop') }}

),

merchandise as (

    select
        order_id,
        sum(value_amount) as value_amount
    from line_values
    where line_type = 'product'
    group by order_id

),

-- What has come off the goods since, or on: refunds and edits.
changes as (

    select
        order_id,
        sum(amount) as amount
    from (
        select order_id, -net_amount as amount from refund_lines
        where event_kind in ('refund', 'chargeback') and order_id is not null
        union all
        select order_id, net_amount from edits
    ) as movements
    group by order_id

),

judged as (

    select
        order_facts.*,
        case
            when order_facts.excluded_reason is not null then order_facts.excluded_reason
            when order_facts.order_type in ('replacement', 'sample', 'staff') then order_facts.order_type
            when order_facts.order_type = 'exchange' and not shop.count_exchanges_as_orders then 'exchange'
            when order_facts.order_type = 'marketplace' and not shop.count_marketplace_orders then 'marketplace'
            when merchandise.order_id is null then 'no_merchandise'
            when merchandise.value_amount <= 0 and not shop.count_zero_value_orders then 'zero_value'
            when
                order_facts.is_cancelled and not shop.count_cancelled_after_payment
                and merchandise.value_amount + coalesce(changes.amount, 0) <= 0
                then 'cancelled'
        end as invalid_reason,
        coalesce(merchandise.value_amount, 0) <= 0 as is_zero_value
    from order_facts
    cross join shop
    left join merchandise on order_facts.order_id = merchandise.order_id
    left join changes on order_facts.order_id = changes.order_id

),

numbered as (

    select
        *,
        invalid_reason is null as is_valid_order,
        case
            when invalid_reason is null and customer_id is not null
                then row_number() over (partition by customer_id, invalid_reason is null order by placed_at, order_id)
        end as customer_order_number
    from judged

)

select
    -- ids
    orders.order_id,
    numbered.exchanged_order_id,
    numbered.customer_id,

    -- text
    orders.status,
    numbered.order_type,
    numbered.invalid_reason,
    orders.sales_channel,
    orders.marketing_channel,
    orders.country,
    orders.currency,

    -- counts and amounts
    numbered.customer_order_number,
    orders.total_gross_amount,
    cast(coalesce(order_rates.exchange_rate, 1) as decimal(18, 9)) as exchange_rate,

    -- flags
    numbered.is_guest,
    numbered.is_cancelled,
    numbered.is_in_revenue,
    numbered.is_valid_order,
    numbered.is_zero_value,
    orders.is_reverse_charge,
    numbered.customer_order_number = 1 as is_new_customer,

    -- days and instants
    orders.order_date,
    numbered.attributed_order_date,
    numbered.fulfilled_date,
    order_rates.exchange_rate_date,
    orders.placed_at,
    orders.updated_at

from orders
inner join numbered on orders.order_id = numbered.order_id
left join order_rates on orders.order_id = order_rates.order_id
