"""A shop of csv files in January: its orders, what `raw` holds of them, and that every row is accounted for."""

from __future__ import annotations

import copy
import datetime as dt
import shutil
from pathlib import Path
from typing import Any

import duckdb

from pipelines import contract
from pipelines.settings import Settings
from tests.support.builders import Row, cost, edit, line, order, payment, refund, tax_line
from tests.support.nights import query
from tests.support.shops import make_settings

TABLES = tuple(table.name for table in contract.ORDER_TABLES)
COMPULSORY = ("order_lines", "orders")

Tables = dict[str, list[Row]]


def an_order(order_id: str, day: int, total: Any = 10, **columns: Any) -> Row:
    """An order of a day in January, never changed since."""
    at = f"2024-01-{day:02} 12:00:00"
    return {**order(order_id, at, total=total, updated_at=at), **columns}


def whole(order_id: str, day: int, total: Any = 10, **columns: Any) -> Tables:
    """An order of one line, part of which was refunded, with all that an order may have beside."""
    at = f"2024-01-{day:02} 14:00:00"
    return {
        "orders": [an_order(order_id, day, total, **columns)],
        "order_lines": [line(order_id)],
        "refunds": [refund(f"r-{order_id}", at, order_id, 1)],
        "order_edits": [edit(order_id, at, -2)],
        "tax_lines": [tax_line(order_id)],
        "payments": [payment(order_id, amount=8, paid_at=at)],
        "order_costs": [cost(order_id, cost_id="1")],
    }


def merged(*parts: Tables) -> Tables:
    return copy.deepcopy({name: [row for part in parts for row in part.get(name, [])] for name in TABLES})


GOOD = merged(*(whole(f"good-{day}", day) for day in (3, 8, 22)))


def raw(settings: Settings) -> dict[str, list[str]]:
    """The keys that `raw` holds."""
    if not settings.warehouse_path.exists():
        return {name: [] for name in TABLES}
    keys = {name: " || '/' || ".join(contract.TABLES[name].key) for name in TABLES}
    # One question: to open the file takes longer than to read it.
    found = query(settings, " union all ".join(f"select '{name}', {keys[name]} from raw.{name}" for name in keys))
    return {name: sorted(key for table, key in found if table == name) for name in keys}


def keys_of(tables: Tables) -> dict[str, list[str]]:
    """The keys that `raw` should hold if all these rows are good."""
    return {
        name: sorted({"/".join(str(row.get(key, 1)) for key in contract.TABLES[name].key) for row in tables[name]})
        for name in TABLES
    }


def counts(settings: Settings) -> dict[str, tuple[int, ...]]:
    """Rows read, accepted, quarantined and repeated, as the warehouse has them on record."""
    sums = ", ".join(f"sum({what}_count)::bigint" for what in ("read", "accepted", "quarantined", "repeated"))
    rows = query(settings, f"select table_name, {sums} from raw.validations where rule = 'all rules' group by all")
    return {name: tuple(figures) for name, *figures in rows}


def require_counts_add_up(settings: Settings, tables: Tables) -> None:
    """Every row of the shop's files is loaded, in quarantine, or a repeat."""
    loaded, kept = raw(settings), kept_back(settings)
    for name, (read, accepted, quarantined, repeated) in counts(settings).items():
        assert read == accepted + quarantined + repeated, name
        assert read == len(tables[name]), name
        assert accepted == len(loaded[name]), name
        assert quarantined == len({row[:3] for row in kept if row[1] == name}), name


def kept_back(settings: Settings) -> list[tuple[Any, ...]]:
    """Day, table, number of the row, its key, rule, column and value of all that is in quarantine."""
    files = sorted((settings.quarantine_path / "days").glob("*.parquet"))
    columns = "order_date, table_name, row_number, row_key, rule, column_name, value"
    return [row for file in files for row in duckdb.sql(f"select {columns} from '{file}' order by all").fetchall()]


def make_january_shop(folder: Path) -> Settings:
    """Settings of a shop in `folder` on 25 January."""
    return make_settings(folder, shop={"as_of": dt.date(2024, 1, 25)})


def copied(settings: Settings, folder: Path) -> Settings:
    """A copy of the shop and its home, to go on with."""
    shutil.copytree(settings.home.parent, folder, dirs_exist_ok=True)
    return make_january_shop(folder)


def one_more_order(**columns: Any) -> Tables:
    """The good orders and a new one."""
    return merged(GOOD, whole("new", 23, **columns))
