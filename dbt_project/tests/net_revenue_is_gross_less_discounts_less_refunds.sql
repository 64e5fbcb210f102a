{{ config(meta={'dagster': {'ref': {'name': 'orders'}}}) }}

-- Of order_lines it follows: they add up to orders, which another test looks at.

with amounts as (

    select
        'orders' as mart,
        order_id as row_key,
        gross_amount,
        discount_amount,
        refunded_amount,
        deferred_amount,
        net_revenue_amount
    from {{ ref('order_amounts') }}
    union all
    select
        'revenue_daily' as mart,
        revenue_date || ' ' || sales_channel as row_key,
        gross_amount,
        discount_amount,
        refunded_amount,
        deferred_amount,
        net_revenue_amount
    from {{ ref('revenue_daily') }}

)

select *
from amounts
where net_revenue_amount <> gross_amount - discount_amount - refunded_amount + deferred_amount
