"""What an order cost the shop: goods by the piece, and what was booked to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.conformance.book import rounded
from tests.conformance.lines import refund_parts
from tests.conformance.movements import COST_KINDS, Movement

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator
    from decimal import Decimal

    from tests.conformance.book import Book
    from tests.conformance.lines import LineValue
    from tests.conformance.shops import Row


def cost_movements(book: Book, order: Row, values: list[LineValue]) -> Iterator[Movement]:
    """All costs of the order; goods cost in the shop's currency, what was booked to the order in the order's."""
    placed_at = order["placed_at"]
    for value in values:
        if value.is_product:
            yield from _goods(value.row["quantity"], book.line_cost(value.row), placed_at, value.line_id)
    for refund in book.refunds[order["order_id"]]:
        if _costs_nothing_again(book, refund):
            yield from _restocked(book, refund, values)
    for edit in book.edits[order["order_id"]]:
        yield from _edited(book, order, edit, values)
    for cost in book.costs[order["order_id"]]:
        yield Movement(COST_KINDS[cost["kind"]], -cost["amount"], cost["booked_at"] or placed_at)
    for payment in book.payments[order["order_id"]]:
        if payment["fee_amount"] is not None:
            yield Movement("payment_fee", -payment["fee_amount"], payment["paid_at"] or placed_at)


def _costs_nothing_again(book: Book, row: Row) -> bool:
    """Whether what this refund or edit took out of the order gives its cost back."""
    choice = book.settings["cost_back_on_return"]
    return bool(row["is_restocked"]) if choice == "restocked" else choice == "always"


def _restocked(book: Book, refund: Row, values: list[LineValue]) -> Iterator[Movement]:
    row = {"refund_id": refund["refund_id"], "refund_line_no": refund["refund_line_no"]}
    for part in refund_parts(book, refund, values):
        if part.line is not None and part.line.is_product and part.quantity is not None:
            unit_cost = book.line_cost(part.line.row)
            yield from _goods(-part.quantity, unit_cost, refund["refunded_at"], part.line.line_id, **row)


def _edited(book: Book, order: Row, edit: Row, values: list[LineValue]) -> Iterator[Movement]:
    """Pieces that were added cost money; pieces taken out give it back only where they are on the shelf again."""
    quantity = edit["quantity"]
    if quantity is None or (quantity < 0 and not _costs_nothing_again(book, edit)):
        return
    yield from _goods(quantity, edit_cost(book, order, edit, values), edit["edited_at"], edit["line_id"])


def edit_cost(book: Book, order: Row, edit: Row, values: list[LineValue]) -> Decimal | None:
    """What one piece of an edited article cost: as its line says, else by the catalogue on the day of the order."""
    line = next((value for value in values if value.line_id == edit["line_id"]), None)
    if line is not None:
        return book.line_cost(line.row)
    return book.unit_cost(edit["product_id"], None, book.order_day(order))


def _goods(
    quantity: Decimal,
    unit_cost: Decimal | None,
    at: dt.datetime,
    line_id: str | None,
    refund_id: str | None = None,
    refund_line_no: int | None = None,
) -> Iterator[Movement]:
    if unit_cost is not None:
        kind = "cost_of_goods" if quantity > 0 else "cost_of_goods_returned"
        amount = rounded(-quantity * unit_cost)
        yield Movement(kind, amount, at, line_id, refund_id, refund_line_no, is_converted=True)
