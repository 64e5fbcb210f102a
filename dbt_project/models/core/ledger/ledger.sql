{#- A view: only the few movements in another currency have an amount of their own, and they stand in a table. -#}
{{ config(materialized='view') }}

with movements as (

    select
        *,
        original_amount as amount
    from {{ ref('ledger_movements') }}
    where not is_foreign
    union all by name
    select * from {{ ref('foreign_movements') }}

)

select
    *,
    if(is_in_revenue and component in {{ net_revenue_components() }}, amount, 0) as net_revenue_amount
from movements
