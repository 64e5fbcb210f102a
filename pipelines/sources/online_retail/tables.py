"""The contract's tables out of the classified rows of Online Retail II, in SQL."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb


def make(db: duckdb.DuckDBPyConnection) -> None:
    """Make the contract's relations and `day_counts` out of `invoices`, `classified_rows` and `file_rows`."""
    for relation in (_ORDERS, _ORDER_LINES, _REFUNDS, _CUSTOMERS, _PRODUCTS, _DAY_COUNTS):
        db.execute(relation)


_ORDERS = """
create table orders as
with totals as (
    select invoice, sum(amount) as amount
    from classified_rows
    where fate = 'line'
    group by invoice
)

select
    invoices.order_date,
    invoices.invoice as order_id,
    invoices.invoice as order_number,
    invoices.invoiced_at as placed_at,
    null::timestamp as updated_at,
    null as cancelled_at,
    'paid' as status,
    null as status_raw,
    invoices.customer_id,
    null as customer_email,
    'GBP' as currency,
    -- The file has no total of its own: the exact sum of the invoice's lines.
    totals.amount as total_gross_amount,
    null as tax_amount,
    0 as shipping_net_amount,
    0 as fee_net_amount,
    0 as discount_net_amount,
    0 as undistributed_discount_net_amount,
    false as prices_include_tax,
    'web' as sales_channel,
    null as marketing_channel,
    countries.iso_code as country,
    invoices.is_test
from totals
inner join invoices on totals.invoice is not distinct from invoices.invoice
left join countries on invoices.country = countries.name
"""

_ORDER_LINES = """
create view order_lines as
select
    order_date,
    invoice as order_id,
    line_no as line_id,
    code as product_id,
    null as variant_id,
    code as sku,
    description as title,
    null as category,
    quantity,
    amount as list_net_amount,
    0 as discount_net_amount,
    amount as net_amount,
    0 as tax_amount,
    null as unit_cost_amount,
    line_type
from classified_rows
where fate = 'line'
"""

# Credit notes name no order; dbt matches them. `line` and `amount` take revenue back, `adjustment` does not.
_REFUNDS = """
create view refunds as
select
    rows.order_date,
    rows.invoice as refund_id,
    rows.line_no as refund_line_no,
    null as order_id,
    invoices.customer_id,
    null as line_id,
    rows.code as sku,
    invoices.invoiced_at as refunded_at,
    true as is_date_known,
    -rows.quantity as quantity,
    if(rows.refund_kind = 'shipping', 0, -rows.amount) as net_amount,
    0 as tax_amount,
    if(rows.refund_kind = 'shipping', -rows.amount, 0) as shipping_net_amount,
    rows.refund_kind as kind,
    'settled' as state,
    null as is_restocked,
    rows.refund_reason as reason
from classified_rows as rows
left join invoices on rows.invoice is not distinct from invoices.invoice
where rows.fate = 'refund'
"""

# The country of the latest order, or of the latest credit note where there is no order: 13 customers have two.
_CUSTOMERS = """
create table customers as
with named as (
    select invoices.*, orders.order_id is not null as is_order
    from invoices
    left join orders on invoices.invoice = orders.order_id
    where invoices.customer_id is not null
),

latest as (
    select customer_id, country
    from named
    qualify row_number() over (
        partition by customer_id order by is_order desc, local_at desc, invoice desc
    ) = 1
)

select
    latest.customer_id,
    null as created_at,
    null as email,
    countries.iso_code as country,
    null as accepts_marketing,
    false as is_business,
    null as updated_at
from latest
left join countries on latest.country = countries.name
"""

# The name on the latest invoice that has one.
_PRODUCTS = """
create table products as
select
    code as product_id,
    '' as variant_id,
    code as sku,
    arg_max(description, position) filter (where description is not null) as title,
    null as category,
    null as unit_cost_amount,
    null as cost_valid_from,
    null as is_active
from classified_rows
where fate = 'line' and line_type in ('product', 'gift_card') and code is not null
group by code
"""

# `read` counts the rows of the file. Rows that are not delivered are entries of their own, named by their fate.
_DAY_COUNTS = """
create table day_counts as
select
    invoices.order_date,
    'read' as entry,
    count(*) as row_count,
    sum(file_rows.amount) as amount
from file_rows
left join invoices on file_rows.invoice is not distinct from invoices.invoice
group by invoices.order_date
union all
select order_date, fate as entry, count(*) as row_count, sum(amount) as amount
from classified_rows
where fate not in ('line', 'refund')
group by order_date, fate
"""
