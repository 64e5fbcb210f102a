"""A shop in memory, as a source with or without a count of its own: what it holds can be changed between two nights."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa

from pipelines import contract
from pipelines.sources.source import Audit, Batch, Changes, Source
from tests.support import builders
from tests.support.builders import Row, typed

# What an order has inside, and the table it goes to.
PARTS = {
    "lines": "order_lines",
    "refunds": "refunds",
    "edits": "order_edits",
    "taxes": "tax_lines",
    "payments": "payments",
    "costs": "order_costs",
}


class UncountedShop(Source, Changes):
    """A shop that offers no list and no count of its own.

    Orders are dicts of contract columns with their parts inside (`PARTS`), `customers` rows by id, `rates` rows of
    `exchange_rates`. `read` records which days were read, `keyed_since` from when on the keyed tables were asked for.
    """

    def __init__(self, *orders: Row, zone: str = "Europe/Amsterdam") -> None:
        self.orders = {order["order_id"]: order for order in orders}
        self.customers: dict[str, Row] = {}
        self.rates: list[Row] = []
        self.zone = ZoneInfo(zone)
        self.read: list[tuple[dt.date, dt.date]] = []
        self.keyed_since: list[dt.datetime | None] = []
        self.warnings: list[str] = []

    def close(self) -> None:
        """Nothing is open."""

    def day(self, order: Row) -> dt.date:
        return order["placed_at"].replace(tzinfo=dt.UTC).astimezone(self.zone).date()

    def read_placed(self, start: dt.date, end: dt.date) -> Iterator[Batch]:
        self.read.append((start, end))
        placed = [order for order in self.orders.values() if start <= self.day(order) < end]
        for day in sorted({self.day(order) for order in placed}):
            yield self._batch([order for order in placed if self.day(order) == day])

    def read_changed(self, since: dt.datetime, until: dt.datetime) -> Iterator[Batch]:
        changed = [o for o in self.orders.values() if not o.get("updated_at") or since <= o["updated_at"] < until]
        if changed:
            yield self._batch(changed)

    def read_keyed(self, since: dt.datetime | None = None) -> Iterator[Batch]:
        self.keyed_since.append(since)
        rows = [row for row in self.customers.values() if since is None or row["updated_at"] >= since]
        if rows:
            yield Batch({"customers": _table(contract.CUSTOMERS, rows)})
        if self.rates:
            yield Batch({"exchange_rates": _table(contract.EXCHANGE_RATES, self.rates)})

    def _batch(self, orders: list[Row]) -> Batch:
        tables: dict[str, list[Row]] = {"orders": [], **{name: [] for name in PARTS.values()}}
        for order in orders:
            common = {"order_date": self.day(order), "order_id": order["order_id"]}
            tables["orders"].append({**order, **common})
            for part, name in PARTS.items():
                tables[name] += [{**row, **common} for row in order.get(part, [])]
        return Batch({name: _table(contract.TABLES[name], rows) for name, rows in tables.items()})


class MemoryShop(UncountedShop, Audit):
    """The same, with a list and a count of its own."""

    def list_ids(self, start: dt.date, end: dt.date) -> pa.Table:
        rows = [o for o in self.orders.values() if start <= self.day(o) < end]
        return pa.table(
            {
                "order_date": pa.array([self.day(o) for o in rows], pa.date32()),
                "order_id": [o["order_id"] for o in rows],
            },
            schema=pa.schema([("order_date", pa.date32()), ("order_id", pa.string())]),
        )

    def count(self, start: dt.date, end: dt.date) -> pa.Table:
        days = [start + dt.timedelta(days=n) for n in range((end - start).days)]
        rows = []
        for day in days:
            orders = [o for o in self.orders.values() if self.day(o) == day]
            held = {"orders": orders, **{name: [r for o in orders for r in o.get(p, [])] for p, name in PARTS.items()}}
            amount = sum((_worth(name, row) for name in contract.COUNTED_AMOUNTS for row in held[name]), Decimal(0))
            row_count = sum(len(held[table.name]) for table in contract.MONEY_ROW_TABLES)
            rows.append({"order_date": day, "entry": "read", "row_count": row_count, "amount": amount})
        return _table(contract.SOURCE_COUNTS, rows)


def whole_order(order_id: str, placed: str, net: Any = 10, **columns: Any) -> Row:
    """A paid order of one line as the shop holds it, its parts inside; last changed when it was placed."""
    held = typed(contract.ORDERS, builders.order(order_id, placed, total=net, updated_at=placed))
    return {**held, "lines": [typed(contract.ORDER_LINES, builders.line(order_id, net=net))], **columns}


def _worth(name: str, row: Row) -> Decimal:
    signs = contract.COUNTED_AMOUNTS[name]
    return sum((sign * Decimal(str(row.get(column) or 0)) for column, sign in signs.items()), Decimal(0))


def _table(table: contract.Table, rows: list[Row]) -> pa.Table:
    full = [
        {"order_date": row.get("order_date"), **typed(table, {name: row.get(name) for name in table.column_names})}
        for row in rows
    ]
    return pa.Table.from_pylist(full, schema=table.delivered_schema())


class WholeShop(Source):
    """A shop that can only be read whole: it neither says what changed nor counts its orders."""

    def __init__(self, *orders: Row) -> None:
        self.shop = UncountedShop(*orders)
        self.warnings = self.shop.warnings

    def close(self) -> None:
        """Nothing is open."""

    def read_placed(self, start: dt.date, end: dt.date) -> Iterator[Batch]:
        return self.shop.read_placed(start, end)

    def read_keyed(self, since: dt.datetime | None = None) -> Iterator[Batch]:
        assert since is None
        return self.shop.read_keyed()
