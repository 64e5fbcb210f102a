"""How far the shop is known: its newest change and its newest order that an earlier night has surely taken in.

What a night reads again follows from this and never from the clock of an earlier night: one that ran on last month's
export, or with a clock half a year ahead, has seen nothing of the days since.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipelines import database
from pipelines.business_days import ONE_DAY, midnight
from pipelines.landing import queries

if TYPE_CHECKING:
    import datetime as dt

    from pipelines.settings import Settings


@dataclass(frozen=True)
class HighWater:
    """How far the shop is known.

    Attributes:
        changed_at: The instant, UTC, from which changes are read again: `extract.look_back_days` before the newest one
            taken in. None if no order has a stamp: nothing then tells what has changed since when.
        order_date: The day of the newest order, from which on days are read again; None without an order.
    """

    changed_at: dt.datetime | None
    order_date: dt.date | None


def high_water(settings: Settings) -> HighWater:
    """By the orders that were loaded; without any (a first load that failed, a damaged warehouse) by those landed."""
    # A stamp in the future, from a wrong clock, must not end the reading of changes.
    end = midnight(settings.as_of_date + ONE_DAY, settings.zone)
    changed_at, order_date = _newest_loaded(settings, end)
    if order_date is None:
        changed_at, order_date = queries.newest_in_landing(settings, end)
    if changed_at is not None:
        changed_at -= settings.extract.look_back_days * ONE_DAY
    return HighWater(changed_at, order_date)


def _newest_loaded(settings: Settings, end: dt.datetime) -> tuple[dt.datetime | None, dt.date | None]:
    """The newest `updated_at` before `end`, UTC, and the newest `order_date` in `raw.orders`.

    Only a night that has read everything loads. The landing is no such proof: a night that failed half-way has landed
    the newest days, and with them newer stamps, but not the changes of older days.
    """
    if not settings.warehouse_path.exists():
        return None, None
    with database.connect(settings) as db:
        found = db.execute("select 1 from duckdb_tables() where schema_name = 'raw' and table_name = 'orders'")
        if found.fetchone() is None:
            return None, None
        row = db.execute(
            "select max(updated_at) filter (updated_at < ?), max(order_date) from raw.orders", [end]
        ).fetchone()
    return row or (None, None)
