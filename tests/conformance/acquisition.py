"""What a person's purchases tell of how they were won, and of what they decided on."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

from tests.conformance.book import SMALLEST, Book
from tests.conformance.lines import line_values

if TYPE_CHECKING:
    from tests.conformance.shops import Row


def told_by_purchases(book: Book, valid: list[tuple[str, Row]]) -> Row:
    """What a person's purchases tell: what discounts took off the first one, and which they decided on."""
    first = min(valid, key=lambda purchase: purchase[1]["customer_order_number"])
    decided = [row["order_date"] for _, row in valid if not row["is_renewal"]]
    return {
        **_first_discount(book, first[0]),
        "renewal_order_count": len(valid) - len(decided),
        "non_renewal_order_count": len(decided),
        "days_since_last_non_renewal_order": (book.settings["as_of_date"] - max(decided)).days - 1,
    }


def _first_discount(book: Book, order_id: str) -> Row:
    """How much discounts took off the goods' list value when the order was placed; gift cards that pay are none."""
    products = [value for value in line_values(book, book.orders[order_id]) if value.is_product]
    listed = sum((value.list_amount for value in products), Decimal(0))
    left = sum((value.value + value.payment_discounts.get("gift cards", 0) for value in products), Decimal(0))
    rate = ((listed - left) / listed).quantize(SMALLEST, ROUND_HALF_UP) if listed else None
    is_acquired = rate is not None and rate >= book.settings["discount_acquired_rate"]
    was_welcome = _has_welcome_code(book, book.orders[order_id]) if book.settings["welcome_codes"] else None
    return {
        "first_order_discount_rate": rate,
        "is_discount_acquired": is_acquired,
        "is_welcome_code_acquired": was_welcome,
    }


def _has_welcome_code(book: Book, order: Row) -> bool:
    """One of the order's codes is one of the shop's, or begins as one that ends in a star."""
    codes = [code.strip().lower() for code in (order["discount_codes"] or "").split(",")]
    for rule in (rule.lower() for rule in book.settings["welcome_codes"]):
        if any(code == rule or (rule.endswith("*") and code.startswith(rule[:-1])) for code in codes):
            return True
    return False
