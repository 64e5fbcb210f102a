{%- set payment_kinds = payment_discount_names() -%}
{%- set components = ['shipping', 'fee', 'tip', 'duty', 'deposit', 'gift_card', 'adjustment'] -%}
with orders as (

    select * from {{ ref('order_facts') }}

),

placed as (

    select * from {{ ref('stg_orders') }}

),

line_values as (

    select * from {{ ref('order_line_values') }}

),

payment_discounts as (

    select * from {{ ref('payment_discounts') }}

),

-- Measured on the accepted rows, not in the ledger, whose sums they must meet.
lines as (

    select
        order_id,
        count(*) as line_count,
        sum(tax_amount) as tax_amount,
        sum(value_amount) filter (where line_type = 'product') as product_amount
    from line_values
    group by order_id

),

-- Few lines: columns among the sums above would be worked out for every one.
other_lines as (

    select
        {% for component in components -%}
            sum(value_amount) filter (where line_type = '{{ component }}') as {{ component }}_amount,
        {% endfor -%}
        order_id
    from line_values
    where line_type <> 'product'
    group by order_id

),

-- The tax is the platform's own, as its total is: what its tax lines make is another matter, and not revenue.
split as (

    select
        placed.order_id,
        coalesce(placed.tax_amount, lines.tax_amount, 0) as tax_amount,
        coalesce(other_lines.shipping_amount, 0) + placed.shipping_amount as shipping_amount,
        coalesce(other_lines.fee_amount, 0) + placed.fee_amount as fee_amount,
        coalesce(other_lines.tip_amount, 0) as tip_amount,
        coalesce(other_lines.duty_amount, 0) as duty_amount,
        coalesce(other_lines.deposit_amount, 0) as deposit_amount,
        coalesce(other_lines.gift_card_amount, 0) as gift_card_amount,
        -- An order discount without a product to fall on came off something else than merchandise.
        coalesce(other_lines.adjustment_amount, 0)
        - if(lines.product_amount is null, placed.undistributed_discount_amount, 0) as adjustment_amount,
        {% for kind in payment_kinds -%}
            -coalesce(payment_discounts.{{ kind }}_discount_amount, 0) as {{ kind }}_discount_amount,
        {% endfor -%}
        coalesce(
            lines.product_amount
            {%- for kind in payment_kinds %}
                + coalesce(payment_discounts.{{ kind }}_discount_amount, 0)
            {%- endfor %},
            0
        ) as goods_amount,
        coalesce(lines.line_count, 0) as line_count
    from placed
    left join lines on placed.order_id = lines.order_id
    left join other_lines on placed.order_id = other_lines.order_id
    left join payment_discounts on placed.order_id = payment_discounts.order_id

)

select
    orders.order_id,
    orders.excluded_reason,
    orders.order_date,
    orders.original_total_amount,
    {% for kind in payment_kinds -%}
        cast(split.{{ kind }}_discount_amount as decimal(18, 4)) as {{ kind }}_discount_amount,
    {% endfor -%}
    cast(
        split.goods_amount
        {%- for kind in payment_kinds %}
            + split.{{ kind }}_discount_amount
        {%- endfor %}
        as decimal(18, 4)
    ) as discounted_goods_amount,
    {% for component in ['tax', 'goods'] + components -%}
        cast(split.{{ component }}_amount as decimal(18, 4)) as {{ component }}_amount,
    {% endfor -%}
    cast(
        orders.original_total_amount - split.goods_amount - split.tax_amount
        {% for component in components -%}
            - split.{{ component }}_amount
        {% endfor -%}
        as decimal(18, 4)
    ) as rounding_amount,
    -- Each line, the shipping and the tax may be rounded to the cent on its own, as validation allows it.
    cast(0.01 * (split.line_count + 2) as decimal(18, 4)) as tolerance_amount
from orders
inner join split on orders.order_id = split.order_id
