{{ config(meta={'dagster': {'ref': {'name': 'revenue_events'}}}) }}

-- Every day and month of money in every mart before the predictions; a test of the project names those left out.
{{ outside_the_calendar([
    ('data_quality', 'order_date'),
    ('margin_ladder', 'revenue_date'),
    ('margin_ladder', 'revenue_month'),
    ('monthly_cohorts', 'cohort_month'),
    ('monthly_cohorts', 'activity_month'),
    ('order_lines', 'order_date'),
    ('order_lines', 'order_month'),
    ('orders', 'order_date'),
    ('orders', 'fulfilled_date'),
    ('orders', 'order_month'),
    ('revenue_bridge', 'revenue_date'),
    ('revenue_bridge', 'revenue_month'),
    ('revenue_daily', 'revenue_date'),
    ('revenue_daily', 'revenue_month'),
    ('revenue_events', 'attributed_order_date'),
    ('revenue_events', 'event_date'),
    ('rolling_cohorts', 'cohort_month'),
]) }}
