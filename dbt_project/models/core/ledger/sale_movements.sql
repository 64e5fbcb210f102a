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

order_taxes as (

    select * from {{ ref('order_taxes') }}

),

-- Products at their list value, everything else a line can sell at its own.
lines as (

    select
        'line' as source_part,
        order_id,
        line_id,
        category,
        case line_type when 'product' then 'line' when 'gift_card' then 'gift_card_sold' else line_type end
            as event_kind,
        case when line_type = 'product' then list_amount else value_amount end as amount,
        unit_cost_amount is not null as is_cost_known
    from line_values

),

discounts as (
    {% for part, reason in discount_reasons.items() %}
        select
            '{{ part }}_discount' as source_part,
            order_id,
            line_id,
            category,
            'discount' as event_kind,
            '{{ reason }}' as reason,
            -{{ part }}_discount_amount as amount,
            unit_cost_amount is not null as is_cost_known
        from line_values
        where line_type = 'product' and {{ part }}_discount_amount <> 0
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

),

charges as (
    {% for charge in ['shipping', 'fee'] %}
        select
            '{{ charge }}' as source_part,
            order_id,
            '{{ charge }}' as event_kind,
            {{ charge }}_amount as amount
        from orders
        where {{ charge }}_amount <> 0
        {% if not loop.last %}union all{% endif %}
    {%- endfor %}

),

taxes as (

    select
        'tax' as source_part,
        order_id,
        cast(tax_rate as varchar) as part_id,
        tax_rate,
        'tax' as event_kind,
        tax_amount as amount
    from order_taxes
    where tax_amount <> 0

),

movements as (

    select * from lines
    union all by name
    select * from discounts
    union all by name
    select * from other_discounts
    union all by name
    select * from cards_without_goods
    union all by name
    select * from charges
    union all by name
    select * from taxes

)

select
    source_part,
    order_id,
    line_id,
    part_id,
    category,
    event_kind,
    reason,
    cast(amount as decimal(18, 4)) as amount,
    tax_rate,
    coalesce(is_cost_known, false) as is_cost_known
from movements
