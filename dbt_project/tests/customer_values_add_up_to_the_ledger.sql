{{ config(meta={'dagster': {'ref': {'name': 'customer_lifetime_value'}}}) }}

-- Every customer's net revenue is what the ledger says, and gross less discounts less refunds.
with ledger as (

    select
        customer_id,
        sum(net_revenue_amount) as net_revenue_amount
    from {{ ref('core_revenue_events') }}
    group by customer_id

)

select
    customers.customer_id,
    customers.net_revenue_amount,
    ledger.net_revenue_amount as ledger_amount
from {{ ref('customer_lifetime_value') }} as customers
left join ledger on customers.customer_id = ledger.customer_id
where
    customers.net_revenue_amount <> coalesce(ledger.net_revenue_amount, 0)
    or customers.net_revenue_amount
    <> customers.gross_amount - customers.discount_amount - customers.refunded_amount
