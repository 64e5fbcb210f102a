"""What the lines of an order are worth, and on which of them a refund falls: all in the order's own currency."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from tests.conformance.book import Share, cut, spread

if TYPE_CHECKING:
    from tests.conformance.book import Book
    from tests.conformance.shops import Row

# An article that a refund names is sought among the products first.
LINE_TYPES = ("product", "gift_card", "shipping", "fee", "tip", "duty", "deposit", "adjustment")


@dataclass(frozen=True)
class LineValue:
    """One order line and what falls on it. `value` is what the buyer paid for it before any refund, ex tax."""

    row: Row
    list_amount: Decimal
    line_discount: Decimal
    order_discount: Decimal
    payment_discounts: dict[str, Decimal]

    @property
    def line_id(self) -> str:
        return self.row["line_id"]

    @property
    def is_product(self) -> bool:
        return self.row["line_type"] == "product"

    @property
    def value(self) -> Decimal:
        return self.row["net_amount"] - self.order_discount - sum(self.payment_discounts.values(), Decimal(0))


@dataclass(frozen=True)
class RefundPart:
    """What of a refund falls on one line; `line` is None where the order has no line for it."""

    line: LineValue | None
    amount: Decimal
    quantity: Decimal | None
    is_allocated: bool


def line_values(book: Book, order: Row) -> list[LineValue]:
    """The order's lines; its own discount, and payments that are discounts, are spread over the products."""
    rows = book.lines[order["order_id"]]
    products = [row for row in rows if row["line_type"] == "product"]
    shares = [Share(row["line_id"], _weight(book, row), row["net_amount"]) for row in products]
    order_discounts = spread(order["undistributed_discount_net_amount"], shares)
    paid = {kind: spread(worth, shares) for kind, worth in payment_discounts(book, order).items()}
    values = []
    for row in rows:
        given = row["list_net_amount"]
        listed = max(row["net_amount"] + row["discount_net_amount"] if given is None else given, row["net_amount"])
        line_id = row["line_id"]
        values.append(
            LineValue(
                row,
                listed,
                listed - row["net_amount"],
                order_discounts.get(line_id, Decimal(0)),
                {kind: parts.get(line_id, Decimal(0)) for kind, parts in paid.items()},
            )
        )
    return values


def refund_parts(book: Book, refund: Row, values: list[LineValue]) -> list[RefundPart]:
    """The refund's merchandise, line by line."""
    named = next((value for value in values if value.line_id == refund["line_id"]), None)
    if named is not None:
        return [RefundPart(named, refund["net_amount"], refund["quantity"], is_allocated=False)]
    candidates = _candidates(refund, values)
    if not candidates:
        return [RefundPart(None, refund["net_amount"], refund["quantity"], is_allocated=False)]
    left = _left_of_lines(book, refund["order_id"], values)
    by_pieces = book.settings["refund_allocation"] == "quantity"
    shares = [
        Share(
            value.line_id,
            value.row["quantity"] if by_pieces and left[value.line_id] else left[value.line_id],
            value.value,
        )
        for value in candidates
    ]
    parts = spread(refund["net_amount"], shares)
    quantity = refund["quantity"] if len(candidates) == 1 else None
    return [RefundPart(value, parts[value.line_id], quantity, is_allocated=True) for value in candidates]


def _weight(book: Book, product: Row) -> Decimal:
    """How much of an order's discount falls on the line: by its worth, or by the pieces of what is worth anything."""
    worth = max(product["net_amount"], Decimal(0))
    return product["quantity"] if worth and book.settings["discount_spread"] == "quantity" else worth


def payment_discounts(book: Book, order: Row) -> dict[str, Decimal]:
    """What of the order's payment is a discount, by kind.

    Points and credit pay goods with their tax: the discount is the part that goods before tax have of it. A gift card
    was sold for all that it pays.
    """
    products = [row for row in book.lines[order["order_id"]] if row["line_type"] == "product"]
    net = sum((row["net_amount"] for row in products), Decimal(0)) - order["undistributed_discount_net_amount"]
    tax = sum((row["tax_amount"] for row in products), Decimal(0))
    paid: defaultdict[str, Decimal] = defaultdict(Decimal)
    for row in book.payments[order["order_id"]]:
        paid[row["kind"]] += row["amount"]
    part = Fraction(net) / Fraction(net + tax) if net + tax and products else Fraction(0)
    found = {"loyalty points": cut(Fraction(paid["loyalty_points"]) * part)}
    if book.settings["store_credit_is_discount"]:
        found["store credit"] = cut(Fraction(paid["store_credit"]) * part)
    if book.settings["gift_cards_count_at"] == "sale":
        found["gift cards"] = paid["gift_card"]
    return found


def _candidates(refund: Row, values: list[LineValue]) -> list[LineValue]:
    if refund["kind"] not in ("line", "amount", "chargeback"):
        return []
    of_article = [value for value in values if refund["sku"] is not None and value.row["sku"] == refund["sku"]]
    if of_article:
        best = min(LINE_TYPES.index(value.row["line_type"]) for value in of_article)
        return [value for value in of_article if LINE_TYPES.index(value.row["line_type"]) == best]
    return [value for value in values if value.is_product]


def _left_of_lines(book: Book, order_id: str, values: list[LineValue]) -> dict[str, Decimal]:
    """What is left of each line after the refunds and edits that name it, whenever they came."""
    left = {value.line_id: value.value for value in values}
    for row in book.refunds[order_id]:
        if row["line_id"] in left:
            left[row["line_id"]] -= row["net_amount"]
    for row in book.edits[order_id]:
        if row["line_id"] in left:
            left[row["line_id"]] += row["net_amount"]
    return {line_id: max(amount, Decimal(0)) for line_id, amount in left.items()}
