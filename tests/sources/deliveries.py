"""What a source delivers, as plain rows, and the one thing that must hold for each: nothing lost, nothing twice."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from contextlib import ExitStack
from decimal import Decimal
from typing import Any, TypeVar

from pipelines import contract
from pipelines.sources.source import Batch, Source
from pipelines.sources.staged import StagedShop

Rows = list[dict[str, Any]]

# What a test has opened; closed after it.
OPENED = ExitStack()

AnySource = TypeVar("AnySource", bound=Source)


def opened(source: AnySource) -> AnySource:
    """The source, to be closed when the test ends."""
    OPENED.callback(source.close)
    return source


def collect(batches: Iterable[Batch]) -> dict[str, Rows]:
    """All rows of all batches by table, sorted, after a check that each table is exactly of the contract's form."""
    tables: dict[str, Rows] = {name: [] for name in contract.TABLES}
    for batch in batches:
        for name, rows in batch.tables.items():
            assert rows.schema.equals(contract.TABLES[name].delivered_schema())
            tables[name] += rows.to_pylist()
    return {name: sorted(rows, key=lambda row: str(list(row.values()))) for name, rows in tables.items()}


def read_all(source: Source, start: dt.date, end: dt.date) -> dict[str, Rows]:
    """All that the source has: what lies on these days, and what is kept by key."""
    return collect([*source.read_placed(start, end), *source.read_keyed()])


def by_key(rows: Rows, *key: str) -> dict[Any, dict[str, Any]]:
    """Rows by one column, or by several."""
    found = {tuple(row[name] for name in key) if len(key) > 1 else row[key[0]]: row for row in rows}
    assert len(found) == len(rows)
    return found


def money(tables: dict[str, Rows]) -> tuple[int, Decimal]:
    """Money rows delivered and their value, summed the way the contract says."""
    lines, refunds, edits = tables["order_lines"], tables["refunds"], tables["order_edits"]
    amount = (
        sum((row["net_amount"] or 0 for row in lines + edits), Decimal(0))
        + sum((row["shipping_net_amount"] or 0 for row in tables["orders"]), Decimal(0))
        + sum((row["fee_net_amount"] or 0 for row in tables["orders"]), Decimal(0))
        - sum((row["undistributed_discount_net_amount"] or 0 for row in tables["orders"]), Decimal(0))
        - sum((row["net_amount"] + (row["shipping_net_amount"] or 0) for row in refunds), Decimal(0))
    )
    return len(lines) + len(refunds) + len(edits), amount


def require_complete(source: StagedShop, start: dt.date, end: dt.date) -> dict[str, tuple[int, Decimal]]:
    """What the source counts, day by day, is what it delivers and what it names as left out; returns sums by entry."""
    sums: dict[str, tuple[int, Decimal]] = {}
    day = start
    while day < end:
        after = day + dt.timedelta(days=1)
        counted = source.count(day, after).to_pylist()
        delivered = money(collect(source.read_placed(day, after)))
        left_out = [row for row in counted if row["entry"] != "read"]
        (read,) = (row for row in counted if row["entry"] == "read")
        assert {row["order_date"] for row in counted} == {day}
        assert read["row_count"] == delivered[0] + sum(row["row_count"] for row in left_out), day
        assert read["amount"] == delivered[1] + sum((row["amount"] for row in left_out), Decimal(0)), day
        for row in counted:
            rows, amount = sums.get(row["entry"], (0, Decimal(0)))
            sums[row["entry"]] = rows + row["row_count"], amount + row["amount"]
        day = after
    return sums
