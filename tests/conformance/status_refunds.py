"""Refunds that only an order's status tells of, as if the shop had recorded one refund for each part of the order."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from tests.conformance.book import Book
from tests.conformance.lines import line_values, payment_discounts
from tests.conformance.validity import excluded_reason

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

    from tests.conformance.shops import Row, Shop

AMOUNTS = ("net_amount", "shipping_net_amount", "tax_amount")


def open_book(shop: Shop) -> Book:
    """The shop's book, with what went back by status alone among its refunds."""
    book = Book(shop)
    if book.settings["refunded_without_refund"] != "full":
        return book
    for order in _unexplained(book, shop):
        order_id = order["order_id"]
        if order["status"] != "refunded":
            continue
        at = max(order["updated_at"] or order["cancelled_at"] or order["placed_at"], order["placed_at"])
        if book.day(at) < book.settings["as_of_date"]:
            parts = [part for part in _parts(book, order) if any(part[name] for name in AMOUNTS)]
            parts.sort(key=lambda part: (part["kind"], part["line_id"] or "", part["net_amount"]))
            book.refunds[order_id] += [_refund(order_id, at, n, part) for n, part in enumerate(parts, 1)]
    return book


def untold_orders(shop: Shop) -> set[str]:
    """Orders that say that they were refunded, and whose money still counts."""
    book = open_book(shop)
    given_back = {key for key, rows in book.refunds.items() for row in rows if row["refund_id"] == f"status:{key}"}
    return {order["order_id"] for order in _unexplained(book, shop)} - given_back


def _unexplained(book: Book, shop: Shop) -> list[Row]:
    """Orders refunded by their status, of whose refunds none tells how much."""
    told = {row["order_id"] for row in shop["refunds"] if row["state"] != "failed" and any(row[k] for k in AMOUNTS)}
    return [
        order
        for order in shop["orders"]
        if order["status"] in ("refunded", "partially_refunded")
        and order["order_id"] not in told
        and excluded_reason(book, order) is None
    ]


def _parts(book: Book, order: Row) -> Iterator[Row]:
    """What each part of the order came to, with its edits."""
    values = line_values(book, order)
    products = {value.line_id for value in values if value.is_product}
    edits = book.edits[order["order_id"]]
    for value in values:
        changed = [row for row in edits if row["line_id"] == value.line_id and value.is_product]
        worth = value.value + sum((row["net_amount"] for row in changed), Decimal(0))
        pieces = value.row["quantity"] + sum((row["quantity"] or Decimal(0) for row in changed), Decimal(0))
        yield _part("line", worth, line_id=value.line_id, quantity=pieces if pieces > 0 else None)
    new = sum((row["net_amount"] for row in edits if row["line_id"] not in products), Decimal(0))
    if not products:
        yield _part("adjustment", -order["undistributed_discount_net_amount"])
        new -= sum(payment_discounts(book, order).values(), Decimal(0))
    yield _part("edit", new)
    yield _part("fee", order["fee_net_amount"])
    tax = _tax(book, order) + sum((row["tax_amount"] for row in edits), Decimal(0))
    yield _part("shipping", Decimal(0), shipping=order["shipping_net_amount"], tax=tax)


def _tax(book: Book, order: Row) -> Decimal:
    """By its tax lines, else its own, else that of its lines."""
    rows = book.tax_lines[order["order_id"]]
    if not rows and order["tax_amount"] is not None:
        return Decimal(order["tax_amount"])
    return sum((row["tax_amount"] for row in rows or book.lines[order["order_id"]]), Decimal(0))


def _part(
    kind: str,
    net: Decimal,
    *,
    shipping: Decimal = Decimal(0),
    tax: Decimal = Decimal(0),
    line_id: str | None = None,
    quantity: Decimal | None = None,
) -> Row:
    amounts = dict(zip(AMOUNTS, (net, shipping, tax), strict=True))
    return {"kind": kind, "line_id": line_id, "quantity": quantity, **amounts}


def _refund(order_id: str, at: dt.datetime, number: int, part: Row) -> Row:
    return {
        **part,
        "refund_id": f"status:{order_id}",
        "refund_line_no": number,
        "order_id": order_id,
        "sku": None,
        "refunded_at": at,
        "reason": "known only by status",
        "is_restocked": None,
        "is_store_credit": False,
    }
