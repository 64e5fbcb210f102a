{{ config(materialized='view') }}

with orders as (

    select * from {{ ref('stg_orders') }}

),

line_values as (

    select * from {{ ref('order_line_values') }}

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
    cast(amount as decimal(18, 4)) as amount,
    tax_rate,
    coalesce(is_cost_known, false) as is_cost_known
from movements
