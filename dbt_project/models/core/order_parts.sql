{%- set parts = ['shipping', 'fee', 'tip', 'duty', 'deposit', 'gift_card', 'adjustment'] -%}
with orders as (

    select * from {{ ref('core_orders') }}

),

stated as (

    select
        order_id,
        tax_amount
    from {{ ref('stg_orders') }}
    where tax_amount is not null

),

lines as (

    select
        order_id,
        count(*) as line_count,
        sum(tax_amount) as tax_amount
    from {{ ref('stg_order_lines') }}
    group by order_id

),

-- The ledger of the placing itself: nothing that was changed, paid or given back later.
placed as (

    select
        order_id,
        {% for part in parts -%}
            sum(original_amount) filter (where component = '{{ part }}') as {{ part }}_amount,
        {% endfor -%}
        sum(original_amount) filter (where source_part = 'points_discount') as points_amount,
        sum(original_amount) filter (
            where component in ('gross', 'discount') and source_part <> 'points_discount'
        ) as goods_amount
    from {{ ref('core_revenue_events') }}
    where source_part in ('line', 'line_discount', 'order_discount', 'points_discount', 'shipping', 'fee')
    group by order_id

),

-- The tax is the platform's own, as its total is: what its tax lines make is another matter, and no part of revenue.
parted as (

    select
        orders.order_id,
        orders.order_date,
        if(orders.is_in_revenue, null, orders.invalid_reason) as uncounted_reason,
        orders.total_gross_amount,
        coalesce(stated.tax_amount, lines.tax_amount, 0) as tax_amount,
        {% for part in parts + ['points', 'goods'] -%}
            coalesce(placed.{{ part }}_amount, 0) as {{ part }}_amount,
        {% endfor -%}
        coalesce(lines.line_count, 0) as line_count
    from orders
    left join stated on orders.order_id = stated.order_id
    left join lines on orders.order_id = lines.order_id
    left join placed on orders.order_id = placed.order_id

)

select
    order_id,
    uncounted_reason,
    order_date,
    total_gross_amount,
    {% for part in ['tax'] + parts + ['points', 'goods'] -%}
        cast({{ part }}_amount as decimal(18, 4)) as {{ part }}_amount,
    {% endfor -%}
    cast(
        total_gross_amount - goods_amount - tax_amount
        {% for part in parts -%}
            - {{ part }}_amount
        {% endfor -%}
        as decimal(18, 4)
    ) as rounding_amount,
    -- Each line, the shipping and the tax may be rounded to the cent on its own, as validation allows it.
    cast(0.01 * (line_count + 2) as decimal(18, 4)) as tolerance_amount
from parted
