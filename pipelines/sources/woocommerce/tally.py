"""The shop's own count of its days: made from what it lists, apart from the rows that are delivered.

It adds up what the list says of each order, by its own arithmetic: a line, a fee or a refund that the rows leave out,
or an order that a page lost, shows as a difference.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

from pipelines.sources.woocommerce.rules import CENT, ZERO, Row, is_discount, local_day, money

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable
    from zoneinfo import ZoneInfo

    from pipelines.sources.woocommerce.reading import Orders


@dataclass
class Day:
    """One day of the shop."""

    order_ids: set[str] = field(default_factory=set)
    row_count: int = 0
    amount: Decimal = ZERO


def by_day(orders: Orders, days: Iterable[dt.date], zone: ZoneInfo) -> dict[dt.date, Day]:
    """What the shop counts on each of these days, with those on which it has nothing."""
    counted: defaultdict[dt.date, Day] = defaultdict(Day, {day: Day() for day in days})
    for order_id, order in orders.listed.items():
        day = counted[local_day(order, zone)]
        refunds = orders.refunds.get(order_id, [])
        fees = [fee for fee in order["fee_lines"] if not is_discount(fee)]
        day.order_ids.add(str(order_id))
        day.row_count += len(order["line_items"]) + len(fees) + sum(_refund_rows(refund, order) for refund in refunds)
        day.amount += _sold(order) - sum((_given_back(order, refund) for refund in refunds), ZERO)
    return dict(counted)


def _sold(order: Row) -> Decimal:
    goods_and_fees = (money(row, "total") for name in ("line_items", "fee_lines") for row in order[name])
    return sum(goods_and_fees, money(order, "shipping_total"))


def _given_back(order: Row, refund: Row) -> Decimal:
    """What a refund gave back, ex tax: goods, fees and shipping."""
    parts = _parts(refund)
    gross = money(refund, "amount")
    if _is_whole(refund, order):
        return gross - money(order, "total_tax")
    return gross + sum((money(part, "total_tax") for part in parts), ZERO)


def _refund_rows(refund: Row, order: Row) -> int:
    """A row for each part, one for what is given back beside them, and one alone if some part took money."""
    parts = _parts(refund)
    if _is_whole(refund, order):
        return 1 + sum(not is_discount(fee) for fee in order["fee_lines"])
    if any(money(part, name) > 0 for part in parts for name in ("total", "total_tax")):
        return 1
    named = -sum((money(part, name) for part in parts for name in ("total", "total_tax")), ZERO)
    amount = money(refund, "amount")
    if named - amount > CENT * len(parts):
        return 1
    return len(parts) + int(amount > named or not parts)


def _is_whole(refund: Row, order: Row) -> bool:
    """Whether all of an order was given back by its amount alone."""
    return not _parts(refund) and money(refund, "amount") == money(order, "total")


def _parts(refund: Row) -> list[Row]:
    return [part for name in ("line_items", "shipping_lines", "fee_lines") for part in refund[name]]
