"""What the shop says it has, compared with what has landed: the orders of each day, the money rows and their value."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING

from pipelines.business_days import ONE_DAY, days_between, stretches
from pipelines.errors import SourceError
from pipelines.landing import queries, store

if TYPE_CHECKING:
    import pyarrow as pa

    from pipelines.settings import Settings
    from pipelines.sources.source import Audit, SlowAudit

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
    return _differing_days(settings, audit, settings.shop.start_date, settings.as_of_date, listed_days)


def suspicious_days(settings: Settings, audit: SlowAudit, counted_days: set[dt.date]) -> set[dt.date]:
    """The days on which something else has landed than the shop has, as far as it tells without counting every order.

    Args:
        settings: The shop's.
        audit: The shop's own list and count.
        counted_days: Days that are counted, order by order. Of the others, the number of orders is compared, and their
            refunds with the shop's list of refunds.
    """
    wrong = queries.days_with_other_refunds(settings, audit.list_refunds())
    for start, end in stretches(counted_days):
        wrong |= _differing_days(settings, audit, start, end, counted_days)
    landed = queries.orders_by_day(settings)
    return wrong | _misnumbered_days(audit, landed, settings.shop.start_date, settings.as_of_date)


def _misnumbered_days(audit: SlowAudit, landed: dict[dt.date, int], start: dt.date, end: dt.date) -> set[dt.date]:
    """The days with another number of orders, found by halves: a shop without a difference is asked once."""
    number = audit.count_orders(start, end)
    if number is None or number == sum(landed.get(day, 0) for day in days_between(start, end)):
        return set()
    if end - start == ONE_DAY:
        return {start}
    middle = start + (end - start) // 2
    return _misnumbered_days(audit, landed, start, middle) | _misnumbered_days(audit, landed, middle, end)


def _differing_days(
    settings: Settings, audit: Audit, start: dt.date, end: dt.date, listed_days: set[dt.date]
) -> set[dt.date]:
    landed = queries.money_by_day(settings)
    counted: dict[dt.date, tuple[int, Decimal]] = dict.fromkeys(days_between(start, end), _NOTHING)
    for row in own_count(audit, start, end).to_pylist():
        # What should have been delivered: all that the shop has read less what it leaves out.
        sign = 1 if row["entry"] == "read" else -1
        row_count, amount = counted[row["order_date"]]
        counted[row["order_date"]] = row_count + sign * row["row_count"], amount + sign * row["amount"]
    wrong = {day for day, money in counted.items() if landed.get(day, _NOTHING) != money}
    for first, after_last in stretches((listed_days & counted.keys()) - wrong):
        listed = orders_by_day(audit, first, after_last)
        for day in days_between(first, after_last):
            ids = set(store.read_day(settings, "orders", day).column("order_id").to_pylist())
            if ids != listed.get(day, set()):
                wrong.add(day)
    return wrong
