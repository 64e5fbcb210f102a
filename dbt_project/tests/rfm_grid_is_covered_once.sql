{{ config(meta={'dagster': {'ref': {'name': 'rfm_segments'}}}) }}

-- 25 fields and a name for each: an overlap of two rectangles is a row too many, a gap between them a name missing.
select
    count(*) as field_count,
    count(rfm_segment) as named_count
from {{ ref('rfm_segments') }}
having count(*) <> 25 or count(rfm_segment) <> 25
