{{ config(meta={'dagster': {'ref': {'name': 'customer_lifetime_value'}}}) }}

-- As in money_lies_in_the_calendar, behind the predictions.
{{ outside_the_calendar([
    ('customer_lifetime_value', 'first_order_date'),
    ('customer_lifetime_value', 'last_order_date'),
]) }}
