"""What the shop says it has, to be compared with what has landed: the orders of each day, rows and their value."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING

from pipelines import contract

if TYPE_CHECKING:
    import pyarrow as pa


def ids_by_day(listed: pa.Table) -> dict[dt.date, set[str]]:
    """The orders of each day, from `Source.list_ids`."""
    ids: dict[dt.date, set[str]] = {}
    for row in listed.to_pylist():
        ids.setdefault(row["order_date"], set()).add(row["order_id"])
    return ids


def landed_total(rows: dict[str, pa.Table]) -> tuple[int, Decimal]:
    """Money rows and their value, as `Source.count` counts them."""
    row_count = sum(rows[table.name].num_rows for table in contract.MONEY_ROW_TABLES)
    amounts = (
        sign * _sum(rows[name], column)
        for name, columns in contract.COUNTED_AMOUNTS.items()
        for column, sign in columns.items()
    )
    return row_count, sum(amounts, Decimal(0))


def source_total(counts: pa.Table) -> tuple[int, Decimal]:
    """What the source's own count says should have been delivered: all it read less what it leaves out."""
    row_count, amount = 0, Decimal(0)
    for row in counts.to_pylist():
        sign = 1 if row["entry"] == "read" else -1
        row_count += sign * row["row_count"]
        amount += sign * row["amount"]
    return row_count, amount


def _sum(rows: pa.Table, column: str) -> Decimal:
    import pyarrow.compute as pc

    return pc.sum(rows.column(column)).as_py() or Decimal(0)
