"""From an order's currency to the shop's: what the order has come to is converted, and a movement is the step in it."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import TYPE_CHECKING

from tests.conformance.book import rounded

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

    from tests.conformance.book import Book
    from tests.conformance.movements import Movement
    from tests.conformance.shops import Row


def refund_rate(book: Book, order: Row, at: dt.datetime) -> Decimal:
    """The rate at which a refund of the order counts."""
    is_own_day = book.settings["refund_exchange_rate"] == "refund_day"
    return book.rate(order["currency"], book.day(at) if is_own_day else book.order_day(order))


def in_shop_currency(book: Book, order: Row, movements: list[Movement]) -> Iterator[tuple[Movement, Decimal]]:
    """Every movement with its amount in the shop's currency. Costs are no part of what comes to nothing."""
    rate = book.rate(order["currency"], book.order_day(order))
    balances: defaultdict[str, Decimal] = defaultdict(Decimal)
    for movement in sorted(movements, key=lambda movement: movement.turn):
        if movement.is_converted:
            yield movement, movement.amount
        elif movement.component == "cost":
            yield movement, rounded(movement.amount * rate)
        else:
            before = balances[movement.account]
            is_refund = movement.refund_id is not None
            after = before + movement.amount * (refund_rate(book, order, movement.at) if is_refund else rate)
            balances[movement.account] = after
            yield movement, rounded(after) - rounded(before)
