{{ config(meta={'dagster': {'ref': {'name': 'customer_predictions'}}}) }}

-- Every figure takes its method and status from this row: a second one would double all marts, an unknown word mislead.
select
    count(*) as row_count,
    any_value(clv_method) as clv_method,
    any_value(spend_method) as spend_method,
    any_value(alive_method) as alive_method,
    any_value(clv_status) as clv_status
from {{ source('predictions', 'prediction_run') }}
having
    count(*) <> 1
    or count(*) filter (
        where
        clv_method in ('bg_nbd', 'mbg_nbd', 'cohort_average', 'own_rate', 'shrunken_cohort')
        and spend_method in ('gamma_gamma', 'gamma_gamma_by_frequency', 'shrunken_mean')
        and alive_method in ('mbg_nbd', 'mbg_nbd_prior')
        and clv_status in (
            'ok', 'low_data', 'not_backtested', 'model_not_better', 'stale_parameters', 'unreliable_fit',
            'short_history', 'insufficient_data', 'no_customers'
        )
    ) <> 1
