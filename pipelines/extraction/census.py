"""What the shop says it has, compared with what has landed: the orders of each day, the money rows and their value."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING

from pipelines.business_days import days_between, stretches
from pipelines.errors import SourceError
from pipelines.landing import queries, store

if TYPE_CHECKING:
    import pyarrow as pa

    from pipelines.settings import Settings
    from pipelines.sources.source import Audit

# Money rows of a day, and their value.
_NOTHING = (0, Decimal(0))


def own_count(audit: Audit, start: dt.date, end: dt.date) -> pa.Table:
    """The shop's own count of these days.

    Raises:
        SourceError: It leaves a day out. That day would pass for one of a shop that offers no count.
    """
    counts = audit.count(start, end)
    read = {row["order_date"] for row in counts.to_pylist() if row["entry"] == "read"}
    left_out = [day for day in days_between(start, end) if day not in read]
    if left_out:
        raise SourceError(f"The source's own count leaves out {left_out[0]}. It must count days without orders, too.")
    return counts


def orders_by_day(audit: Audit, start: dt.date, end: dt.date) -> dict[dt.date, set[str]]:
    """The ids of the orders that the shop has on each of these days."""
    ids: dict[dt.date, set[str]] = {}
    for row in audit.list_ids(start, end).to_pylist():
        ids.setdefault(row["order_date"], set()).add(row["order_id"])
    return ids


def miscounted_days(settings: Settings, audit: Audit, listed_days: set[dt.date]) -> set[dt.date]:
    """The days of the whole history on which other rows or amounts have landed than the shop counts.

    Args:
        settings: The shop's.
        audit: The shop's own list and count.
        listed_days: Days on which the ids of the orders are compared, too.
    """
    start, end = settings.shop.start_date, settings.as_of_date
    landed = queries.money_by_day(settings)
    counted: dict[dt.date, tuple[int, Decimal]] = dict.fromkeys(days_between(start, end), _NOTHING)
    for row in own_count(audit, start, end).to_pylist():
        # What should have been delivered: all that the shop has read less what it leaves out.
        sign = 1 if row["entry"] == "read" else -1
        row_count, amount = counted[row["order_date"]]
        counted[row["order_date"]] = row_count + sign * row["row_count"], amount + sign * row["amount"]
    wrong = {day for day, money in counted.items() if landed.get(day, _NOTHING) != money}
    for first, after_last in stretches(listed_days - wrong):
        listed = orders_by_day(audit, first, after_last)
        for day in days_between(first, after_last):
            ids = set(store.read_day(settings, "orders", day).column("order_id").to_pylist())
            if ids != listed.get(day, set()):
                wrong.add(day)
    return wrong
