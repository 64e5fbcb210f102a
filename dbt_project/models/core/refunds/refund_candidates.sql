{{ config(materialized='view') }}

{#- An article that a refund names is sought among the products first. -#}
{%- set line_types = ['product', 'gift_card', 'shipping', 'fee', 'tip', 'duty', 'deposit', 'adjustment'] -%}
with refunds as (

    select * from {{ ref('refund_matches') }}

),

line_values as (

    select * from {{ ref('order_line_values') }}

)

-- The lines a refund may be for: the one it names, else the order's lines of that article
-- (of one type, products first), else all its products.
select
    refunds.refund_id,
    refunds.refund_line_no,
    refunds.net_amount,
    refunds.is_spread_by_quantity,
    line_values.order_id,
    line_values.line_id,
    line_values.line_type,
    line_values.quantity,
    line_values.value_amount,
    case
        when line_values.line_id = refunds.line_id then 1
        when line_values.sku = refunds.sku then 1 + list_position({{ line_types }}, line_values.line_type)
        when line_values.line_type = 'product' then 100
    end as fit
from refunds
inner join line_values on refunds.order_id = line_values.order_id
where fit is not null and (fit = 1 or refunds.kind in ('line', 'amount', 'chargeback'))
qualify fit = min(fit) over (partition by refunds.refund_id, refunds.refund_line_no)
