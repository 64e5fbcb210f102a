{{ config(materialized='view') }}

{#- Steps that take a part of the orders placed on a day off their total, in the order in which they are taken. -#}
{%- set taken_off = {
    'tax': '-tax_amount', 'shipping': '-shipping_amount', 'fees': '-fee_amount', 'tips': '-tip_amount',
    'duties': '-duty_amount', 'deposits': '-deposit_amount', 'gift cards sold': '-gift_card_amount',
    'adjustments': '-adjustment_amount', 'rounding': '-rounding_amount'
} -%}
{%- for kind, step in payment_discount_names().items() -%}
    {%- do taken_off.update({step: kind ~ '_discount_amount'}) -%}
{%- endfor -%}
with order_components as (

    select * from {{ ref('order_components') }}

),

-- All parts of a day's orders in one go: a million orders are read once.
order_days as (

    select
        count(*) as order_count,
        sum(original_total_amount) as original_total_amount,
        {% for amount in taken_off.values() -%}
            sum({{ amount }}) as amount_{{ loop.index }},
            count(*) filter (where {{ amount }} <> 0) as order_count_{{ loop.index }},
        {% endfor -%}
        order_date
    from order_components
    group by order_date

)

-- From the platform's total of the orders placed on a day to what their goods brought.
select
    order_date as revenue_date,
    10 as section,
    'platform total' as step,
    order_count,
    original_total_amount as amount
from order_days
{% for step in taken_off -%}
    union all
    select order_date, {{ 20 + loop.index }}, '{{ step }}', order_count_{{ loop.index }}, amount_{{ loop.index }}
    from order_days
    where order_count_{{ loop.index }} > 0
{% endfor -%}
union all
select
    order_date,
    40,
    'orders not counted: ' || excluded_reason,
    count(*),
    -sum(discounted_goods_amount)
from order_components
where excluded_reason is not null and discounted_goods_amount <> 0
group by order_date, excluded_reason
