{{ config(materialized='view') }}

{%- set payment_kinds = payment_discount_names() -%}
{%- set discount_reasons = dict({'line': 'line discount', 'order': 'order discount'}, **payment_kinds) -%}
with orders as (

    select * from {{ ref('stg_orders') }}

),

line_values as (

    select * from {{ ref('order_line_values') }}

),

payment_discounts as (

    select * from {{ ref('payment_discounts') }}

),

line_discounts as (
    {% for discount, reason in discount_reasons.items() %}
        select
            '{{ discount }}_discount' as source_part,
            order_id,
            line_id,
            category,
            'discount' as event_kind,
            '{{ reason }}' as reason,
            -{{ discount }}_discount_amount as amount,
            unit_cost_amount is not null as is_cost_known
        from line_values
        where line_type = 'product' and {{ discount }}_discount_amount <> 0
        {% if not loop.last %}union all{% endif %}
    {%- endfor %}

),

-- An order discount without a product to fall on came off something else than merchandise.
other_discounts as (

    select
        'order_discount' as source_part,
        order_id,
        'adjustment' as event_kind,
        'order discount without products' as reason,
        -undistributed_discount_amount as amount
    from orders
    where
        undistributed_discount_amount <> 0
        and order_id not in (select line_values.order_id from line_values where line_values.line_type = 'product')

),

-- A gift card that paid for no goods had been revenue when it was sold, all the same.
cards_without_goods as (

    select
        'gift_card_discount' as source_part,
        order_id,
        'discount' as event_kind,
        '{{ payment_kinds['gift_card'] }}' as reason,
        -gift_card_discount_amount as amount,
        true as is_cost_known
    from payment_discounts
    where gift_card_discount_amount <> 0 and not has_goods

)

select * from line_discounts
union all by name
select * from other_discounts
union all by name
select * from cards_without_goods
