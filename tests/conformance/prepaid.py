"""What is paid for in advance: every delivery has its part of the line's value, and brings it on its day."""

from __future__ import annotations

import calendar
import datetime as dt
from fractions import Fraction
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from tests.conformance.book import cut
from tests.conformance.lines import refund_parts
from tests.conformance.movements import Movement
from tests.conformance.validity import excluded_reason

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.conformance.book import Book
    from tests.conformance.lines import LineValue
    from tests.conformance.shops import Row

MONTHS = {"month": 1, "quarter": 3, "year": 12}


def prepaid_movements(book: Book, order: Row, values: list[LineValue]) -> Iterator[Movement]:
    """Out of the order's day, and in with each delivery that has been: the first comes with the order."""
    if book.settings["prepaid_counts_at"] == "charge" or excluded_reason(book, order) is not None:
        return
    zone = ZoneInfo(book.settings["timezone"])
    for value in values:
        if not value.is_product:
            continue
        count = value.row["delivery_count"]
        part = cut(Fraction(value.value) / count)
        end = _end(book, order, value, values)
        for number in range(1, count):
            day = _later(book.order_day(order), number, value.row["delivery_interval"] or "month")
            at = dt.datetime.combine(day, dt.time(), tzinfo=zone).astimezone(dt.UTC).replace(tzinfo=None)
            if end is not None and book.day(end) < day:
                at, day = end, book.day(end)
            yield Movement("prepaid_deferral", -part, order["placed_at"], value.line_id)
            if day < book.settings["as_of_date"]:
                yield Movement("prepaid_delivery", part, at, value.line_id)


def _end(book: Book, order: Row, value: LineValue, values: list[LineValue]) -> dt.datetime | None:
    """When nothing more was to be waited for: something of the line went back or changed, or all was cancelled."""
    found = []
    for refund in book.refunds[order["order_id"]]:
        is_of_goods = refund["kind"] not in ("shipping", "adjustment")
        parts = [part for part in refund_parts(book, refund, values) if part.line is value]
        if is_of_goods and any(part.amount for part in parts):
            found.append(refund["refunded_at"])
    for edit in book.edits[order["order_id"]]:
        if edit["line_id"] == value.line_id and edit["net_amount"]:
            found.append(edit["edited_at"])
    cancelled_at = order["cancelled_at"]
    if cancelled_at is not None and book.day(cancelled_at) < book.settings["as_of_date"]:
        found.append(cancelled_at)
    return max(min(found), order["placed_at"]) if found else None


def _later(day: dt.date, number: int, interval: str) -> dt.date:
    """So many intervals after a day; the last of a month that is too short."""
    if interval == "week":
        return day + dt.timedelta(weeks=number)
    month = day.month - 1 + number * MONTHS[interval]
    year, month = day.year + month // 12, month % 12 + 1
    return dt.date(year, month, min(day.day, calendar.monthrange(year, month)[1]))
