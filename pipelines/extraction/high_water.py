"""Since when a night asks the shop for changes: the newest change that an earlier night has surely taken in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines import database
from pipelines.business_days import ONE_DAY, midnight
from pipelines.landing import queries

if TYPE_CHECKING:
    import datetime as dt

    from pipelines.settings import Settings


def changes_since(settings: Settings) -> dt.datetime:
    """The instant, UTC, from which changes are read again: `extract.look_back_days` before the newest one taken in.

    Without a loaded order (a first load that failed, or a warehouse that was damaged), the landing has to do.
    """
    end = midnight(settings.as_of_date, settings.zone)
    newest = _newest_loaded(settings) or queries.newest_change_at(settings) or end
    # A stamp from a wrong clock, in the future, must not end the reading of changes.
    return min(newest, end) - settings.extract.look_back_days * ONE_DAY


def _newest_loaded(settings: Settings) -> dt.datetime | None:
    """The newest `updated_at` in `raw.orders`, UTC; None without one.

    Only a night that has read everything loads. The landing is no such proof: a night that failed half-way has landed
    the newest days, and with them newer stamps, but not the changes of older days.
    """
    if not settings.warehouse_path.exists():
        return None
    with database.connect(settings) as db:
        found = db.execute("select 1 from duckdb_tables() where schema_name = 'raw' and table_name = 'orders'")
        if found.fetchone() is None:
            return None
        row = db.execute("select max(updated_at) from raw.orders").fetchone()
    newest: dt.datetime | None = row[0] if row else None
    return newest
