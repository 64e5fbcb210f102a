"""Business days: half-open windows of them, and when one begins."""

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
    """Runs of consecutive days as half-open windows, in order."""
    starts = sorted(day for day in days if day - ONE_DAY not in days)
    ends = sorted(day + ONE_DAY for day in days if day + ONE_DAY not in days)
    return zip(starts, ends, strict=True)


def midnight(day: dt.date, zone: ZoneInfo) -> dt.datetime:
    """The instant at which a business day begins, in UTC without a time zone."""
    local = dt.datetime.combine(day, dt.time(), tzinfo=zone)
    return local.astimezone(dt.UTC).replace(tzinfo=None)
