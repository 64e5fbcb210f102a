"""Whether an order's money counts, and whether the order is a purchase."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING

from tests.conformance.lines import line_values

if TYPE_CHECKING:
    from tests.conformance.book import Book
    from tests.conformance.shops import Row


def excluded_reason(book: Book, order: Row) -> str | None:
    """Why none of the order's money counts; None if it does."""
    status = order["status"]
    if book.is_test(order):
        return "test"
    if status in ("draft", "failed"):
        return status
    if book.is_cancelled(order) and not book.is_paid(order):
        return "cancelled"
    if status in ("pending", "authorised") and not book.is_paid(order):
        if order["confirmed_at"] is None and status not in book.settings["unpaid_valid_statuses"]:
            return "pending"
        if _is_overdue(book, order):
            return "expired"
    if status == "expired":
        return "expired"
    return None


def no_purchase_reason(book: Book, order: Row, net_revenue: Decimal) -> str | None:
    """Why an order whose money counts is no purchase; `net_revenue` is what is left of it, in its own currency."""
    kind = book.order_type(order)
    if kind in ("replacement", "sample", "staff"):
        return kind
    if kind == "exchange" and not book.settings["count_exchanges_as_orders"]:
        return kind
    if kind == "marketplace" and not book.settings["count_marketplace_orders"]:
        return kind
    if not any(value.is_product for value in line_values(book, order)):
        return "no_merchandise"
    value = placed_value(book, order)
    if value < 0:
        return "negative_value"
    if value == 0 and not book.settings["count_zero_value_orders"]:
        return "zero_value"
    if book.is_cancelled(order) and net_revenue <= 0 and not book.settings["count_cancelled_after_payment"]:
        return "cancelled"
    return None


def placed_value(book: Book, order: Row) -> Decimal:
    """What the order's merchandise was worth when it was placed, after discounts and points."""
    return sum((value.value for value in line_values(book, order) if value.is_product), Decimal(0))


def _is_overdue(book: Book, order: Row) -> bool:
    """The buyer had all of the days that the shop gives."""
    last_day = book.order_day(order) + dt.timedelta(days=book.settings["unpaid_expires_after_days"])
    return last_day < book.settings["as_of_date"]
