"""The shop-orders contract: every table, column, type, key and rule that a source must keep, declared once.

Each table says where its rows are kept (`Table.kept_by`). Rows on the day of an order are in
`pipelines.contract.orders`, rows with a day of their own in `pipelines.contract.daily`, and rows without a day in
`pipelines.contract.keyed`.

Sources cast to it, the landing writes it, the expectations are made from it, the warehouse creates `raw` from it,
and the documentation prints it. A rule about one column is declared with the column; rules between tables
(a line without its order, an order that does not add up) are in `pipelines.validation.rules.between_rows`.

Money is exact, in the currency of its order and without tax; refunds are positive numbers in their own table. What
belongs to no order (products, dated costs, subscriptions, a credit note that names none) is in the shop's currency.
Instants (`_at`) are UTC; dates (`_date`) are business days in the shop's own time zone.
"""

from __future__ import annotations

from pipelines.contract.daily import SOURCE_COUNTS
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
    "DELIVERED_DAY_TABLES",
    "DUCKDB_TYPES",
    "EXTRACTED_AT",
    "KEYED_TABLES",
    "MONEY_ROW_TABLES",
    "ORDER_PARTS",
    "ORDER_TABLES",
    "PART_STAMPS",
    "SOURCE_COUNTS",
    "TABLES",
    "Column",
    "ColumnType",
    "Table",
    "counted_amount",
]

TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        *(ORDERS, ORDER_LINES, REFUNDS, ORDER_EDITS, TAX_LINES, PAYMENTS, ORDER_COSTS, SOURCE_COUNTS),
        *(CUSTOMERS, CUSTOMER_ALIASES, PRODUCTS, PRODUCT_COSTS, BUNDLE_COMPONENTS, EXCHANGE_RATES, SUBSCRIPTIONS),
    )
}
DAY_TABLES = [table for table in TABLES.values() if table.is_by_day]
KEYED_TABLES = [table for table in TABLES.values() if not table.is_by_day]

# What a source delivers by day. Its own count is no delivery: it is what the delivery is checked against.
DELIVERED_DAY_TABLES = [table for table in DAY_TABLES if table is not SOURCE_COUNTS]

# An order and all that belongs to it: read, changed and kept back together. Only a refund may name no order.
ORDER_TABLES = [table for table in DAY_TABLES if table.kept_by == "order_day"]
ORDER_PARTS = [table for table in ORDER_TABLES if table is not ORDERS]

# The instant at which a part of an order came about. The other parts have none: they come with the order.
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
# The tables whose rows it counts. An order itself is not one of the money rows.
MONEY_ROW_TABLES = [table for table in ORDER_PARTS if table.name in COUNTED_AMOUNTS]


def counted_amount(table_name: str, prefix: str = "") -> str:
    """SQL for what a row of the table is worth in the source's own count.

    Args:
        table_name: A contract table.
        prefix: Of the columns: `rows.`, or nothing.
    """
    signed = COUNTED_AMOUNTS.get(table_name, {}).items()
    return " ".join(f"{'+' if sign > 0 else '-'} coalesce({prefix}{column}, 0)" for column, sign in signed) or "0"
