"""Windows of business days, half-open."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from zoneinfo import ZoneInfo

ONE_DAY = dt.timedelta(days=1)


def days_between(start: dt.date, end: dt.date) -> Iterator[dt.date]:
    """Every day from `start` to before `end`."""
    return (start + offset * ONE_DAY for offset in range((end - start).days))


def stretches(days: set[dt.date]) -> Iterator[tuple[dt.date, dt.date]]:
    """Half-open windows of days that follow each other."""
    start = previous = None
    for day in sorted(days):
        if previous is not None and day != previous + ONE_DAY:
            yield start or previous, previous + ONE_DAY
            start = day
        start = start or day
        previous = day
    if start is not None and previous is not None:
        yield start, previous + ONE_DAY


def midnight(day: dt.date, zone: ZoneInfo) -> dt.datetime:
    """The UTC instant (naive) at which a business day begins."""
    local = dt.datetime.combine(day, dt.time(), tzinfo=zone)
    return local.astimezone(dt.UTC).replace(tzinfo=None)
