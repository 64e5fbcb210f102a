"""What the shop says it has, compared with what has landed: the orders of each day, the money rows and their value."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING

from pipelines import contract
from pipelines.business_days import days_between, stretches
from pipelines.errors import SourceError
from pipelines.extraction.day_rows import on_days
from pipelines.landing import store

if TYPE_CHECKING:
    import pyarrow as pa

    from pipelines.settings import Settings
    from pipelines.sources.source import Audit


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


def miscounted_days(settings: Settings, audit: Audit, days: set[dt.date]) -> set[dt.date]:
    """Those of the days on which other orders, rows or amounts have landed than the shop has."""
    wrong = set()
    for start, end in stretches(days):
        listed = orders_by_day(audit, start, end)
        counts = own_count(audit, start, end)
        for day in days_between(start, end):
            rows = {name: store.read_day(settings, name, day) for name in contract.COUNTED_AMOUNTS}
            landed_ids = set(rows["orders"].column("order_id").to_pylist())
            if landed_ids != listed.get(day, set()) or _landed_total(rows) != _counted_total(on_days(counts, {day})):
                wrong.add(day)
    return wrong


def _landed_total(rows: dict[str, pa.Table]) -> tuple[int, Decimal]:
    """Money rows and their value, as the shop counts them."""
    row_count = sum(rows[table.name].num_rows for table in contract.MONEY_ROW_TABLES)
    amounts = (
        sign * _sum(rows[name], column)
        for name, columns in contract.COUNTED_AMOUNTS.items()
        for column, sign in columns.items()
    )
    return row_count, sum(amounts, Decimal(0))


def _counted_total(counts: pa.Table) -> tuple[int, Decimal]:
    """What should have been delivered: all that the shop has read less what it leaves out."""
    row_count, amount = 0, Decimal(0)
    for row in counts.to_pylist():
        sign = 1 if row["entry"] == "read" else -1
        row_count += sign * row["row_count"]
        amount += sign * row["amount"]
    return row_count, amount


def _sum(rows: pa.Table, column: str) -> Decimal:
    import pyarrow.compute as pc

    return pc.sum(rows.column(column)).as_py() or Decimal(0)
