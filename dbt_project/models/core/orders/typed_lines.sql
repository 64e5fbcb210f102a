{{ config(materialized='view') }}

with order_lines as (

    select * from {{ ref('stg_order_lines') }}

),

line_types as (

    select * from {{ ref('line_types') }}

)

select
    order_lines.* exclude (line_type),
    line_types.counts_as as line_type
from order_lines
inner join line_types on order_lines.line_type = line_types.line_type
