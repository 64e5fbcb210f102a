{{ config(meta={'dagster': {'ref': {'name': 'rfm_grid'}}}) }}

-- Each pair of scores from 1 to 5 once, each with a name.
select
    count(*) as field_count,
    count(distinct row(recency_score, fm_score)) as pair_count,
    count(rfm_segment) as named_count
from {{ ref('rfm_grid') }}
having
    count(*) <> 25
    or count(distinct row(recency_score, fm_score)) filter (
        where recency_score between 1 and 5 and fm_score between 1 and 5
    ) <> 25
    or count(rfm_segment) <> 25
