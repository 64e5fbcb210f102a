{{ config(meta={'dagster': {'ref': {'name': 'stg_shop'}}}) }}

-- Every model takes the shop's settings by a cross join: a second row would double all money.
select count(*) as row_count
from {{ ref('stg_shop') }}
having count(*) <> 1
