{#- The cap: 99 of 100 orders of the segment are worth no more. -#}
{%- set capped_at_percent = 99 -%}
with first_orders as (

    select * from {{ ref('first_orders') }}

),

orders as (

    select * from {{ ref('order_facts') }}

),

order_validity as (

    select * from {{ ref('order_validity') }}

),

order_amounts as (

    select * from {{ ref('order_amounts') }}

),

order_values as (

    select
        {% for segmentation in formula_segmentations() -%}
            {{ segmentations()[segmentation] }} as in_{{ segmentation }},
        {% endfor -%}
        order_amounts.net_revenue_amount
    from orders
    inner join order_validity on orders.order_id = order_validity.order_id
    inner join order_amounts on orders.order_id = order_amounts.order_id
    inner join first_orders on orders.customer_id = first_orders.customer_id
    where order_validity.is_valid_order

),

sorted_values as (
    {% for segmentation in formula_segmentations() %}
        select
            '{{ segmentation }}' as segmentation,
            in_{{ segmentation }} as segment,
            list_sort(list(net_revenue_amount)) as amounts
        from order_values
        group by in_{{ segmentation }}
        {% if not loop.last %}union all{% endif %}
    {%- endfor %}

),

-- The value at or below the quantile, not one between two values: of up to a hundred orders that is the second largest,
-- so no single order has a say in its own cap.
caps as (

    select
        *,
        1 + {{ capped_at_percent }} * (len(amounts) - 1) // 100 as cap_place,
        amounts[cap_place] as cap_amount
    from sorted_values

)

select
    segmentation,
    segment,
    cap_amount,
    -- What the orders are worth beyond the cap, all of them and the largest alone.
    cast(
        list_sum(list_slice(amounts, cap_place, len(amounts))) - cap_amount * (len(amounts) - cap_place + 1)
        as decimal(18, 4)
    ) as amount_over_cap,
    cast(list_last(amounts) - cap_amount as decimal(18, 4)) as largest_amount_over_cap
from caps
