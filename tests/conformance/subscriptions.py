"""Which orders are a subscription's, and which of those only renew what their buyer had decided on before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.conformance.book import has_one_of

if TYPE_CHECKING:
    from tests.conformance.book import Book
    from tests.conformance.shops import Row


def purchase_kinds(book: Book, orders: dict[str, Row]) -> dict[str, Row]:
    """Of every order its `purchase_kind` and whether it `is_renewal`; `orders` say whose they are and which count."""
    found: dict[str, Row] = {}
    bought: dict[str | None, set[str | None]] = {}
    for order_id in book.in_order(orders):
        row = orders[order_id]
        subscriptions = _subscriptions(book, order_id)
        products = [line for line in book.lines[order_id] if line["line_type"] == "product"]
        kind = "mixed" if len(subscriptions) < len(products) else "subscription"
        known = bought.setdefault(row["customer_id"], set())
        is_known = [bool(known) if name is None else name in known for name in subscriptions]
        found[order_id] = {
            "purchase_kind": kind if subscriptions else "one_time",
            "is_renewal": kind == "subscription"
            and bool(subscriptions)
            and row["customer_id"] is not None
            and all(is_known),
        }
        if row["is_valid_order"]:
            known.update(subscriptions)
    return found


def _subscriptions(book: Book, order_id: str) -> list[str | None]:
    """For each product of a subscription, which one; None where nobody knows."""
    products = [line for line in book.lines[order_id] if line["line_type"] == "product"]
    told = [line["subscription_id"] for line in products if line["subscription_id"] or line["selling_plan"]]
    if told:
        return told
    is_tagged = has_one_of(book.orders[order_id]["tags"], book.settings["subscription_order_tags"])
    return [None] * len(products) if is_tagged else []
