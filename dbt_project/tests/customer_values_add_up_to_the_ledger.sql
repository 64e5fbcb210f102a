{{ config(meta={'dagster': {'ref': {'name': 'customer_lifetime_value'}}}) }}

-- Every customer's net revenue is what the ledger says; and what is paid in advance, which the mart takes as what is
-- left of gross less discounts less refunds, is what the ledger still waits for.
with ledger as (

    select
        coalesce(orders.customer_id, movements.credited_customer_id) as customer_id,
        sum(movements.net_revenue_amount) as net_revenue_amount,
        -sum(movements.net_revenue_amount) filter (where movements.component = 'deferral') as prepaid_open_amount
    from {{ ref('ledger') }} as movements
    left join {{ ref('order_facts') }} as orders on movements.order_id = orders.order_id
    group by all

)

select
    customers.customer_id,
    customers.net_revenue_amount,
    ledger.net_revenue_amount as ledger_amount
from {{ ref('customer_lifetime_value') }} as customers
left join ledger on customers.customer_id = ledger.customer_id
where
    customers.net_revenue_amount <> coalesce(ledger.net_revenue_amount, 0)
    or customers.prepaid_open_amount <> coalesce(ledger.prepaid_open_amount, 0)
