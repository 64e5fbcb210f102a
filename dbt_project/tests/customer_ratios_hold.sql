{{ config(meta={'dagster': {'ref': {'name': 'customer_lifetime_value'}}}) }}

-- Average order value times orders gives the revenue (to the rounding of the average), first to last order plus last
-- order to today is first order to today, and a cap never adds value.
select customer_id
from {{ ref('customer_lifetime_value') }}
where
    abs(average_order_value_amount * order_count - net_revenue_amount) > 0.0001 * order_count
    or tenure_days + days_since_last_order <> days_since_first_order
    or purchase_day_count > order_count
    or capped_formula_clv_amount > formula_clv_amount
    -- Nobody only ever renews: the first purchase is a decision.
    or non_renewal_order_count < 1
    or days_since_last_non_renewal_order < days_since_last_order
