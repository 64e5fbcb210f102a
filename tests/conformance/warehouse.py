"""Between a shop and a warehouse: its rows into `raw`, and the figures that `marts` hold out of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pipelines import contract
from tests.conformance.figures import AMOUNTS, DAY_AMOUNTS, LINE_AMOUNTS, Figures
from tests.support.raw_shop import make_raw

if TYPE_CHECKING:
    from pathlib import Path

    import duckdb

    from tests.conformance.shops import Row, Shop

EVENTS = """
    select
        source_order_id as order_id, attributed_order_id, line_id, refund_id, refund_line_no, customer_id,
        sales_channel, event_kind, component, reason, original_amount, original_currency as currency, amount,
        net_revenue_amount, is_in_revenue, is_valid_order, tax_rate, event_date, attributed_order_date, is_allocated
    from marts.revenue_events
"""
ORDERS = f"""
    select
        order_id, customer_id, original_currency as currency, sales_channel, order_type, invalid_reason,
        is_valid_order, is_in_revenue,
        is_reverse_charge, is_over_refunded, has_untold_refund, customer_order_number, is_new_customer, purchase_kind,
        is_renewal,
        order_date, fulfilled_date, exchange_rate, exchange_rate_date, cost_coverage_rate,
        net_revenue_amount, contribution_amount, excluded_amount, {", ".join(AMOUNTS)}
    from marts.orders
"""
LINES = f"select order_id, line_id, {', '.join(LINE_AMOUNTS)} from marts.order_lines"
# Who made a purchase has a row of lifetime value; for everybody else the ledger's net revenue is all there is.
CUSTOMERS = f"""
    with moved as (
        select customer_id, sum(net_revenue_amount) as net_revenue_amount from marts.revenue_events group by customer_id
    )
    select
        customers.customer_id, customers.is_customer, customers.is_business, customers.order_count,
        coalesce(worth.purchase_day_count, 0) as purchase_day_count,
        worth.first_order_discount_rate, worth.is_discount_acquired, worth.is_welcome_code_acquired,
        worth.renewal_order_count, worth.non_renewal_order_count, worth.days_since_last_non_renewal_order,
        customers.first_order_date, customers.last_order_date,
        coalesce(worth.net_revenue_amount, moved.net_revenue_amount, 0) as net_revenue_amount,
        segments.top_category,
        {", ".join(f"worth.{name}" for name in LINE_AMOUNTS if name != "net_revenue_amount")}
    from marts.customers
    left join moved on customers.customer_id = moved.customer_id
    left join marts.customer_lifetime_value as worth on customers.customer_id = worth.customer_id
    left join marts.customer_segments as segments on customers.customer_id = segments.customer_id
"""
DAYS = f"select revenue_date, sales_channel, order_count, {', '.join(DAY_AMOUNTS)} from marts.revenue_daily"
COHORTS = "select cohort_month, month_number, order_count, net_revenue_amount, basis_amount from marts.monthly_cohorts"


def fill(folder: Path, shop: Shop) -> Path:
    """A warehouse file in `folder` whose schema `raw` holds the shop, as the load stage leaves it."""
    tables = {name: shop[name] for name in contract.TABLES if name != "source_counts"}
    return make_raw(folder, **tables, shop=shop.settings)


def read(connection: duckdb.DuckDBPyConnection) -> Figures:
    """The figures of the marts."""
    return Figures(
        events=_rows(connection, EVENTS),
        orders=_keyed(connection, ORDERS, "order_id"),
        lines=_keyed(connection, LINES, "order_id", "line_id"),
        customers=_keyed(connection, CUSTOMERS, "customer_id"),
        days=_moving(_keyed(connection, DAYS, "revenue_date", "sales_channel")),
        cohorts=_moving(_keyed(connection, COHORTS, "cohort_month", "month_number")),
    )


def _moving(table: dict[Any, Row]) -> dict[Any, Row]:
    """Without the days and cells on which nothing happened, which a mart may show or leave out."""
    return {key: row for key, row in table.items() if any(row.values())}


def _keyed(connection: duckdb.DuckDBPyConnection, query: str, *key: str) -> dict[Any, Row]:
    found = {}
    for row in _rows(connection, query):
        parts = tuple(row.pop(name) for name in key)
        found[parts if len(key) > 1 else parts[0]] = row
    return found


def _rows(connection: duckdb.DuckDBPyConnection, query: str) -> list[Row]:
    cursor = connection.execute(query)
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
