{{ config(meta={'dagster': {'ref': {'name': 'rfm_grid'}}}) }}

-- Each pair of scores from 1 to 5 once, each with both names, and who is within their rhythm is never gone or going.
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
    or count(rfm_segment_within_rhythm) filter (
        where rfm_segment_within_rhythm not in {{ gone_or_going_segments() }}
    ) <> 25
