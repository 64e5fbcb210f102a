{{ config(meta={'dagster': {'ref': {'name': 'orders'}}}) }}

with amounts as (

    select
        'orders' as mart,
        order_id as row_key,
        gross_amount,
        discount_amount,
        refunded_amount,
        net_revenue_amount
    from {{ ref('orders') }}
    union all
    select
        'order_lines' as mart,
        order_id || ' ' || line_id as row_key,
        gross_amount,
        discount_amount,
        refunded_amount,
        net_revenue_amount
    from {{ ref('order_lines') }}
    union all
    select
        'revenue_daily' as mart,
        revenue_date || ' ' || sales_channel as row_key,
        gross_amount,
        discount_amount,
        refunded_amount,
        net_revenue_amount
    from {{ ref('revenue_daily') }}

)

select *
from amounts
where net_revenue_amount <> gross_amount - discount_amount - refunded_amount
