{{ config(meta={'dagster': {'ref': {'name': 'customer_lifetime_value'}}}) }}

-- Every customer's costs and contribution are those of the customer's orders, and of the credit notes that name none.
with of_orders as (

    select
        customer_id,
        sum(cost_amount) as cost_amount,
        sum(contribution_amount) as contribution_amount
    from {{ ref('orders') }}
    group by customer_id

),

without_order as (

    select
        credited_customer_id as customer_id,
        sum(net_revenue_amount) + coalesce(sum(amount) filter (where component = 'shipping'), 0) as contribution_amount
    from {{ ref('ledger') }}
    where credited_customer_id is not null
    group by credited_customer_id

)

select
    customers.customer_id,
    customers.cost_amount,
    customers.contribution_amount
from {{ ref('customer_lifetime_value') }} as customers
left join of_orders on customers.customer_id = of_orders.customer_id
left join without_order on customers.customer_id = without_order.customer_id
where
    customers.cost_amount <> coalesce(of_orders.cost_amount, 0)
    or customers.contribution_amount
    <> coalesce(of_orders.contribution_amount, 0) + coalesce(without_order.contribution_amount, 0)
    or (customers.is_cost_complete and customers.cost_coverage_rate <> 1)
