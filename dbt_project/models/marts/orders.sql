{#- A view: the release that is published holds these rows, and a second copy here would only cost time. -#}
{{ config(materialized='view') }}

with orders as (

    select * from {{ ref('order_facts') }}

),

order_validity as (

    select * from {{ ref('order_validity') }}

),

order_rates as (

    select * from {{ ref('order_rates') }}

),

order_amounts as (

    select * from {{ ref('order_amounts') }}

),

untold_refunds as (

    select * from {{ ref('untold_refunds') }}

),

subscription_orders as (

    select * from {{ ref('subscription_orders') }}

),

priced as (

    select
        orders.*,
        order_validity.* exclude (order_id),
        order_amounts.* exclude (order_id),
        cast(coalesce(order_rates.exchange_rate, 1) as decimal(18, 9)) as exchange_rate,
        order_rates.exchange_rate_date,
        coalesce(subscription_orders.purchase_kind, 'one_time') as purchase_kind,
        coalesce(subscription_orders.is_renewal, false) as is_renewal,
        untold_refunds.order_id is not null as has_untold_refund
    from orders
    inner join order_validity on orders.order_id = order_validity.order_id
    inner join order_amounts on orders.order_id = order_amounts.order_id
    left join order_rates on orders.order_id = order_rates.order_id
    left join subscription_orders on orders.order_id = subscription_orders.order_id
    left join untold_refunds on orders.order_id = untold_refunds.order_id

),

placed_orders as (

    select
        -- ids
        order_id,
        coalesce(exchanged_order_id, order_id) as attributed_order_id,
        customer_id,

        -- text
        status,
        order_type,
        purchase_kind,
        invalid_reason,
        sales_channel,
        marketing_channel,
        country,
        currency as original_currency,

        -- counts and amounts
        customer_order_number,
        gross_amount,
        discount_amount,
        refunded_amount,
        cast(-deferred_amount as decimal(18, 4)) as prepaid_open_amount,
        net_revenue_amount,
        {% for component in other_components() -%}
            {{ component }}_amount,
        {% endfor -%}
        cost_amount,
        cast(net_revenue_amount + shipping_amount - cost_amount as decimal(18, 4)) as contribution_amount,
        {{ money_ratio('goods_of_known_cost_amount', 'goods_amount') }} as cost_coverage_rate,
        excluded_amount,
        original_total_amount,
        exchange_rate,

        -- flags
        is_valid_order,
        is_in_revenue,
        is_guest,
        is_new_customer,
        is_renewal,
        is_cancelled,
        is_reverse_charge,
        is_over_refunded,
        has_untold_refund,

        -- days and instants
        placed_at,
        order_date,
        fulfilled_date,
        exchange_rate_date,
        strftime(order_date, '%Y-%m') as order_month

    from priced

)

{{ published('placed_orders') }}
