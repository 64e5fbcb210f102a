"""What each person spent most on, in plain loops: by the lines as they were sold, or by what is in their bundles."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tests.conformance.book import Book
    from tests.conformance.ledger import Event
    from tests.conformance.shops import Row


def top_categories(book: Book, orders: dict[str, Row], events: Iterable[Event]) -> dict[str, str]:
    """By person the category that brought most net revenue; equal ones by name, none where nothing was brought.

    An article that an edit brings has no category here.
    """
    worth: defaultdict[str, defaultdict[str, Fraction]] = defaultdict(lambda: defaultdict(Fraction))
    for event in events:
        if event.order_id is None or orders[event.order_id]["customer_id"] is None:
            continue
        customer = orders[event.order_id]["customer_id"]
        for category, part in _categories(book, event.order_id, event.line_id):
            worth[customer][category] += Fraction(event.net_revenue_amount) * part
    found = {}
    for customer, amounts in worth.items():
        best = min(((-amount, category) for category, amount in amounts.items() if amount > 0), default=None)
        if best is not None:
            found[customer] = best[1]
    return found


def _categories(book: Book, order_id: str, line_id: str | None) -> Iterator[tuple[str, Fraction]]:
    """The categories that a line belongs to, and what part of its value is theirs."""
    line = next((row for row in book.lines[order_id] if row["line_id"] == line_id), None)
    if line is None:
        return
    inside = book.components[line["product_id"]] if book.settings["explode_bundles"] else []
    total = sum((row["value_rate"] for row in inside), Decimal(0))
    for row in inside:
        category = book.category(row["component_product_id"], row["component_variant_id"])
        if category is not None:
            yield category, Fraction(row["value_rate"]) / Fraction(total)
    own = line["category"] or book.category(line["product_id"], line["variant_id"])
    if not inside and own is not None:
        yield own, Fraction(1)
