"""The shop-orders contract: every table, column, type, key and rule that a source must keep, declared once.

The tables by order day stand in `pipelines.contract.orders`, those by key in `pipelines.contract.keyed`.

Sources cast to it, the landing writes it, the expectations are made from it, the warehouse creates `raw` from it,
and the documentation prints it. A rule that concerns one column stands beside the column; rules between tables
(a line without its order, an order that does not add up) stand in `pipelines.validation.rules.catalogue`.

Money is exact, in the currency of its order and without tax; refunds are positive numbers in their own table. What
stands in no order (products, dated costs, subscriptions, a credit note that names no order) is in the shop's currency.
Instants (`_at`) are UTC; dates (`_date`) are business days in the shop's own time zone.
"""

from __future__ import annotations

from pipelines.contract.keyed import (
    BUNDLE_COMPONENTS,
    CUSTOMER_ALIASES,
    CUSTOMERS,
    EXCHANGE_RATES,
    PRODUCT_COSTS,
    PRODUCTS,
    SUBSCRIPTIONS,
)
from pipelines.contract.orders import ORDER_COSTS, ORDER_EDITS, ORDER_LINES, ORDERS, PAYMENTS, REFUNDS, TAX_LINES
from pipelines.contract.types import DUCKDB_TYPES, EXTRACTED_AT, Column, ColumnType, Table

__all__ = [
    "COUNTED_AMOUNTS",
    "DAY_TABLES",
    "DUCKDB_TYPES",
    "EXTRACTED_AT",
    "KEYED_TABLES",
    "MONEY_ROW_TABLES",
    "ORDER_PARTS",
    "ORDER_TABLES",
    "PART_STAMPS",
    "TABLES",
    "Column",
    "ColumnType",
    "Table",
    "counted_amount",
]

SOURCE_COUNTS = Table(
    "source_counts",
    ("entry",),
    (
        Column(
            "entry",
            "text",
            "`read`: every money row the source holds for the day; any other word: rows of `read` that are not "
            "delivered, and why (`repeat`, `not_an_order: stock write-off`).",
            required=True,
        ),
        Column(
            "row_count",
            "integer",
            "Number of money rows (order lines, refund lines and changes to orders).",
            required=True,
        ),
        Column(
            "amount",
            "money",
            "Their value ex tax, each in its order's own currency: lines, shipping, fees and changes to orders, less "
            "order discounts and refunds.",
            required=True,
        ),
    ),
    "The source's own count of a day, made apart from its delivery: one row per day and entry.",
)

TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        *(ORDERS, ORDER_LINES, REFUNDS, ORDER_EDITS, TAX_LINES, PAYMENTS, ORDER_COSTS, SOURCE_COUNTS),
        *(CUSTOMERS, CUSTOMER_ALIASES, PRODUCTS, PRODUCT_COSTS, BUNDLE_COMPONENTS, EXCHANGE_RATES, SUBSCRIPTIONS),
    )
}
DAY_TABLES = [table for table in TABLES.values() if table.by_day]
KEYED_TABLES = [table for table in TABLES.values() if not table.by_day]

# An order and all that belongs to it: read, changed and kept back together. Only a refund may name no order.
ORDER_TABLES = [table for table in DAY_TABLES if table is not SOURCE_COUNTS]
ORDER_PARTS = [table for table in ORDER_TABLES if table is not ORDERS]

# When a part of an order came about; the parts without an instant of their own come with the order.
PART_STAMPS = {
    "refunds": "refunded_at",
    "order_edits": "edited_at",
    "payments": "paid_at",
    "order_costs": "booked_at",
}

# What a row is worth in the source's own count, column by column with its sign; rows of other tables are worth nothing.
COUNTED_AMOUNTS: dict[str, dict[str, int]] = {
    "orders": {"shipping_net_amount": 1, "fee_net_amount": 1, "undistributed_discount_net_amount": -1},
    "order_lines": {"net_amount": 1},
    "refunds": {"net_amount": -1, "shipping_net_amount": -1},
    "order_edits": {"net_amount": 1},
}
# The tables whose rows it counts; an order itself is no money row.
MONEY_ROW_TABLES = [table for table in ORDER_PARTS if table.name in COUNTED_AMOUNTS]


def counted_amount(table_name: str, prefix: str = "") -> str:
    """SQL for what a row of the table is worth in the source's own count.

    Args:
        table_name: A contract table.
        prefix: Of the columns: `rows.`, or nothing.
    """
    signed = COUNTED_AMOUNTS.get(table_name, {}).items()
    return " ".join(f"{'+' if sign > 0 else '-'} coalesce({prefix}{column}, 0)" for column, sign in signed) or "0"
