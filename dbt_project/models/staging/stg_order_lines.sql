with order_lines as (

    select * from {{ source('raw', 'order_lines') }}

)

select
    -- ids
    source_id,
    order_id,
    line_id,
    product_id,
    variant_id,
    sku,
    subscription_id,

    -- text
    title,
    category,
    line_type,
    voucher_kind,
    selling_plan,
    delivery_interval,

    -- quantities and amounts, ex tax unless named
    quantity,
    delivery_count,
    -- A line sold above its list price was not discounted: its own value is then its list value.
    greatest(coalesce(list_net_amount, net_amount + discount_net_amount), net_amount) as list_amount,
    net_amount,
    tax_amount,
    tax_rate,
    unit_cost_amount,

    -- days and instants
    order_date

from order_lines
