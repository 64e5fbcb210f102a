{{ config(meta={'dagster': {'ref': {'name': 'customer_lifetime_value'}}}) }}

-- Probabilities lie between 0 and 1, a longer horizon never brings less, quantiles are in order, the total is the sum.
select customer_id
from {{ ref('customer_lifetime_value') }}
where
    not coalesce(probability_alive between 0 and 1, false)
    or not coalesce(predicted_purchase_12m_count >= 0, false)
    or predicted_clv_3m_amount < 0
    or predicted_clv_6m_amount < predicted_clv_3m_amount
    or predicted_clv_12m_amount < predicted_clv_6m_amount
    or predicted_clv_24m_amount < predicted_clv_12m_amount
    or predicted_clv_36m_amount < predicted_clv_24m_amount
    or predicted_clv_12m_discounted_amount not between 0 and predicted_clv_12m_amount
    or predicted_clv_12m_p10_amount < 0
    or predicted_clv_12m_p50_amount not between predicted_clv_12m_p10_amount and predicted_clv_12m_p90_amount
    or total_clv_amount <> net_revenue_amount + predicted_clv_12m_amount
    or expected_next_order_date < as_of_date - 1
