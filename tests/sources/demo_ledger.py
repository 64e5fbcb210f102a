"""The money of an order, summed from the contract's rows in plain Python: what the demo shop's own truth must meet."""

from __future__ import annotations

import datetime as dt
from decimal import ROUND_DOWN, Decimal
from typing import Any

Rows = list[dict[str, Any]]
PAID = ("paid", "partially_refunded", "refunded")
PART_TABLES = ("order_lines", "refunds", "order_edits", "tax_lines", "payments", "order_costs")


def parts_by_order(tables: dict[str, Rows]) -> dict[str, dict[str, Rows]]:
    """The rows of every order by table; credit notes without an order are not among them."""
    parts: dict[str, dict[str, Rows]] = {
        order["order_id"]: {name: [] for name in PART_TABLES} for order in tables["orders"]
    }
    for name in PART_TABLES:
        for row in tables[name]:
            if row["order_id"] is not None:
                parts[row["order_id"]][name].append(row)
    return parts


def net_revenue(order: dict[str, Any], parts: dict[str, Rows]) -> Decimal:
    """In the order's currency, whether or not its money counts."""
    products = [line for line in parts["order_lines"] if line["line_type"] == "product"]
    goods = total(products, "net_amount") - order["undistributed_discount_net_amount"]
    goods_tax = total(products, "tax_amount")
    points = total([row for row in parts["payments"] if row["kind"] == "loyalty_points"], "amount")
    if points:
        goods -= (points * goods / (goods + goods_tax)).quantize(Decimal("0.0001"), ROUND_DOWN)
    refunded = [
        row
        for row in parts["refunds"]
        if row["state"] in (None, "settled") and row["kind"] in ("line", "amount", "chargeback")
    ]
    return goods - total(refunded, "net_amount") + total(parts["order_edits"], "net_amount")


def invalid_reason(order: dict[str, Any], parts: dict[str, Rows], as_of: dt.date) -> tuple[bool, str | None]:
    """Whether the money of an order counts, and why it is no purchase if it is none."""
    status = order["status"]
    is_cancelled = status == "cancelled" or order["cancelled_at"] is not None
    is_paid = status in PAID or order["paid_at"] is not None
    is_late = as_of - order["order_date"] > dt.timedelta(days=30)
    on_account = status == "authorised" or (status == "pending" and order["confirmed_at"] is not None)
    products = [line for line in parts["order_lines"] if line["line_type"] == "product"]
    value = total(products, "net_amount") - order["undistributed_discount_net_amount"]
    excluded = {
        "test": order["is_test"],
        "draft": status == "draft",
        "failed": status == "failed",
        "cancelled": is_cancelled and not is_paid,
        "pending": status == "pending" and not on_account,
        "expired": status == "expired" or (on_account and not is_paid and is_late),
    }
    no_purchase = {
        order["order_type"]: order["order_type"] != "sale",
        "no_merchandise": not products,
        "zero_value": value <= 0,
        "cancelled": is_cancelled and net_revenue(order, parts) <= 0,
    }
    reasons = [reason for reason, holds in excluded.items() if holds]
    if reasons:
        return False, reasons[0]
    return True, next((reason for reason, holds in no_purchase.items() if holds), None)


def total(rows: Rows, column: str) -> Decimal:
    """The sum of a column; what is not there is 0."""
    return sum((row[column] or Decimal(0) for row in rows), Decimal(0))
