"""A shop by chance while it is being written, and what its writers share."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from random import Random

    from tests.conformance.shops import Row

FIRST_DAY = dt.datetime(2023, 1, 10)
AS_OF = dt.datetime(2025, 1, 1)
ARTICLES = ("mug", "cup", "pot", "jar")
TABLES = ("orders", "order_lines", "refunds", "order_edits", "tax_lines", "payments", "order_costs")


def _empty_tables() -> dict[str, list[Row]]:
    return {name: [] for name in TABLES}


@dataclass
class Draft:
    """The shop as far as it has been written."""

    random: Random
    people: list[str]
    tables: dict[str, list[Row]] = field(default_factory=_empty_tables)

    def chance(self, rate: float) -> bool:
        return self.random.random() < rate

    def cents(self, low: int, high: int) -> Decimal:
        return Decimal(self.random.randint(min(low, high), high)) / 100

    def add(self, table: str, **row: Any) -> Row:
        self.tables[table].append(row)
        return row


def instant(draft: Draft, after: dt.datetime) -> dt.datetime:
    """Later than `after` and before the as-of day; one in four within two hours of a local midnight."""
    latest = AS_OF - dt.timedelta(hours=2)
    seconds = max(int((latest - after).total_seconds()), 2)
    found = after + dt.timedelta(seconds=draft.random.randint(1, seconds - 1))
    midnight = found.replace(hour=22, minute=0, second=0) + dt.timedelta(minutes=draft.random.randint(-60, 119))
    return midnight if draft.chance(0.25) and after < midnight < latest else found


def tax_on(net: Decimal, rate: str) -> Decimal:
    return (net * Decimal(rate)).quantize(Decimal("0.01"), ROUND_HALF_UP)


def goods(lines: list[Row], column: str) -> Decimal:
    return sum((row[column] for row in lines if row["line_type"] == "product"), Decimal(0))
