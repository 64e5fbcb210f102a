"""Whatever changes in an old order, or in a table by key, nights take it in: they hold what a fresh build holds.

The changes are made from the contract: each column of each table alone, and a row more and a row less of each table.
Each change is to an order of its own on a day of its own, so that none is found only because another one was.
"""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pyarrow.parquet as pq
import pytest

from pipelines import contract, database
from pipelines.extraction.extract import extract_changes
from pipelines.landing import quarantine, store
from pipelines.warehouse import load
from tests.support import builders
from tests.support.builders import Row, typed, with_total
from tests.support.memory_source import PARTS, MemoryShop
from tests.support.nights import NOW, take_in, validate
from tests.support.nights import load as load_accepted
from tests.support.shops import make_settings, write_shop

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = [pytest.mark.usefixtures("plain"), pytest.mark.slow(30)]

START = dt.date(2023, 1, 1)
SEED = 11
WHOLE_ROWS = ("a row more", "a row less")

Tables = dict[str, list[Row]]


@dataclass(frozen=True)
class Change:
    """One column of a table, or one of `WHOLE_ROWS`."""

    table: contract.Table
    what: str


def changes_of(tables: list[contract.Table]) -> list[Change]:
    """Every column of these tables, and a row more and less of each."""
    return [Change(table, what) for table in tables for what in (*table.column_names, *WHOLE_ROWS)]


OF_ORDERS = changes_of(contract.ORDER_TABLES)


def column_of(change: Change) -> contract.Column:
    return next(column for column in change.table.columns if column.name == change.what)


def another_value(column: contract.Column, old: Any, rng: random.Random) -> Any:
    """A value that the column may hold, and that is not the old one."""
    if column.name == "currency":
        return "USD" if old == "EUR" else "EUR"
    choices: dict[contract.ColumnType, Any] = {
        "text": f"{column.name}-{rng.randrange(10**6)}",
        "money": Decimal(rng.randrange(1, 10_000)) / 100,
        "quantity": Decimal(rng.randrange(2, 9)),
        "rate": Decimal(rng.randrange(1, 900)) / 1000,
        "integer": rng.randrange(2, 99),
        "instant": dt.datetime(2023, 1, 2, 8) + dt.timedelta(minutes=rng.randrange(60 * 24 * 20)),
        "date": dt.date(2023, 1, 2) + dt.timedelta(days=rng.randrange(20)),
        "flag": not old,
    }
    if column.allowed:
        return rng.choice([word for word in column.allowed if word != old])
    if column.is_email:
        return f"{choices['text']}@example.nl"
    return choices[column.type]


def filled(table: contract.Table, row: Row, rng: random.Random) -> Row:
    """A row with something in each column, but for amounts that would have to add up, and words with a meaning."""
    blank = {"money", "rate", "quantity", "integer"}
    more = {
        column.name: another_value(column, None, rng)
        for column in table.columns
        if column.name not in row and column.type not in blank and not column.allowed and column.name != "order_id"
    }
    return typed(table, {**more, **row})


def an_order(number: int, rng: random.Random) -> Tables:
    """An order on a day of its own, with a row of each table that belongs to one."""
    name, day = f"o{number}", START + dt.timedelta(days=number)
    line = builders.line(name)
    plain = {
        "orders": with_total(builders.order(name, f"{day} 12:00:00", "anna", updated_at=None), [line]),
        "order_lines": line,
        "refunds": builders.refund(f"r{number}", day, name, 1),
        "order_edits": builders.edit(name, day),
        "tax_lines": builders.tax_line(name),
        "payments": builders.payment(name),
        "order_costs": builders.cost(name),
    }
    stamps = {"orders": {"cancelled_at": None}}
    return {
        table.name: [filled(table, {**stamps.get(table.name, {}), **plain[table.name]}, rng)]
        for table in contract.ORDER_TABLES
    }


def changed(rows: list[Row], change: Change, rng: random.Random) -> list[Row]:
    """The rows of one table, with the change made to the first."""
    first, *rest = rows
    if change.what == "a row less":
        return rest
    if change.what == "a row more":
        column = next(c for c in reversed(change.table.columns) if c.name in change.table.key)
        return [*rows, {**first, column.name: another_value(column, first.get(column.name), rng)}]
    column = column_of(change)
    return [{**first, column.name: another_value(column, first.get(column.name), rng)}, *rest]


def merged(orders: list[Tables]) -> Tables:
    return {name: [row for order in orders for row in order.get(name, [])] for name in contract.TABLES}


def taken_in(settings: Any) -> dict[str, Any]:
    """All that the warehouse and the quarantine hold, but for when it was read."""
    select = f"select columns(name -> name <> '{contract.EXTRACTED_AT}') from raw."
    with database.connect(settings) as db:
        held: dict[str, Any] = {n: db.execute(f"{select}{n} order by all").fetchall() for n in load.RAW_TABLES}
    for day in quarantine.quarantined_days(settings):
        held[f"kept back on {day}"] = pq.read_table(quarantine.day_file(settings, day)).drop_columns(["batch"])
    return held


def shop_settings(folder: Path, days: int, shop: Path) -> Any:
    return make_settings(
        folder,
        shop={"start_date": START, "as_of": START + dt.timedelta(days=days)},
        source={"kind": "files", "path": shop, "naive_instants": "utc"},
        # Some of the changes break a rule; that is not what these nights are about.
        validation={"quarantine_limit_min_rows": 10_000},
        email_key="test",
    )


def write(folder: Path, tables: Tables) -> None:
    for file in folder.glob("*.csv"):
        file.unlink()
    given = {name: [_as_text(row) for row in rows] for name, rows in tables.items() if rows}
    write_shop(folder, **{"orders": [], "order_lines": [], **given})


def _as_text(row: Row) -> Row:
    return {name: str(value).lower() if isinstance(value, bool) else value for name, value in row.items()}


def dollars() -> list[Row]:
    return [builders.exchange_rate("USD", rate_date=START)]


def test_without_stamps_every_change_to_an_old_order_is_taken_in(tmp_path: Path) -> None:
    rng = random.Random(SEED)
    orders = [an_order(number, rng) for number in range(len(OF_ORDERS))]
    nights = [shop_settings(tmp_path, len(OF_ORDERS) + night, tmp_path / "shop") for night in (8, 9)]
    write(tmp_path / "shop", {**merged(orders), "exchange_rates": dollars()})
    take_in(nights[0])
    before = taken_in(nights[0])
    later = [
        {**order, change.table.name: changed(order[change.table.name], change, rng)}
        for order, change in zip(orders, OF_ORDERS, strict=True)
    ]
    write(tmp_path / "shop", {**merged(later), "exchange_rates": dollars()})
    take_in(nights[1])

    fresh = shop_settings(tmp_path / "fresh", len(OF_ORDERS) + 9, tmp_path / "shop")
    take_in(fresh)
    assert taken_in(nights[1]) == taken_in(fresh) != before
    assert len(before["orders"]) == len(OF_ORDERS)


def held(order: Tables) -> Row:
    """An order as a `MemoryShop` holds it, its parts inside."""
    (row,) = order["orders"]
    return {**row, **{part: order[name] for part, name in PARTS.items()}}


def stamped_changes() -> Iterator[Change]:
    """Those that a stamp can tell: not that an order is gone or has another id, which its new rows do not say."""
    for change in OF_ORDERS:
        if change.table is not contract.ORDERS or change.what not in ("order_id", *WHOLE_ROWS):
            yield change


def test_with_stamps_every_change_to_an_old_order_is_taken_in(tmp_path: Path) -> None:
    rng = random.Random(SEED)
    changes = list(stamped_changes())
    orders = [an_order(number, rng) for number in range(len(changes))]
    for number, order in enumerate(orders):
        order["orders"][0]["updated_at"] = dt.datetime.combine(START, dt.time(13)) + dt.timedelta(days=number)
    # No night is that of the census.
    days = len(changes) + 8 + (START + dt.timedelta(days=len(changes) + 8)).isoweekday() % 7 % 6
    nights = [shop_settings(tmp_path, days + night, tmp_path / "shop") for night in (0, 1)]
    assert all(night.as_of_date.isoweekday() != night.extract.census_weekday for night in nights)
    shop = MemoryShop(*(held(order) for order in orders))
    shop.rates = [typed(contract.EXCHANGE_RATES, row) for row in dollars()]
    _night(nights[0], shop)
    before = taken_in(nights[0])
    stamp = dt.datetime.combine(nights[1].as_of_date, dt.time()) - dt.timedelta(hours=8)
    for order, change in zip(orders, changes, strict=True):
        order[change.table.name] = changed(order[change.table.name], change, rng)
        order["orders"][0]["updated_at"] = stamp
    shop.orders = {order["order_id"]: order for order in map(held, orders)}
    done = _night(nights[1], shop)

    fresh = shop_settings(tmp_path / "fresh", days + 1, tmp_path / "shop")
    _night(fresh, shop)
    assert taken_in(nights[1]) == taken_in(fresh) != before
    assert done.compared_days == set()


def _night(settings: Any, shop: MemoryShop) -> Any:
    done = extract_changes(settings, shop, NOW)
    validate(settings)
    load_accepted(settings)
    return done


def test_every_change_to_a_table_by_key_is_taken_in(tmp_path: Path) -> None:
    """One column of each table a night, then a row more, a row less, and the whole table gone."""
    rng = random.Random(SEED)
    order = an_order(1, rng)
    tables = {
        table.name: [{column.name: another_value(column, None, rng) for column in table.columns} for _ in range(2)]
        for table in contract.KEYED_TABLES
    }
    kinds = {table.name: [change.what for change in changes_of([table])] for table in contract.KEYED_TABLES}
    for night in range(max(map(len, kinds.values())) + 1):
        write(tmp_path / "shop", {**order, **tables})
        settings = shop_settings(tmp_path, 20 + night, tmp_path / "shop")
        take_in(settings)
        fresh = shop_settings(tmp_path / f"fresh{night}", 20 + night, tmp_path / "shop")
        take_in(fresh)
        assert taken_in(settings) == taken_in(fresh), night
        assert store.keyed_digests(settings).keys() == {name for name, rows in tables.items() if rows}
        for table in contract.KEYED_TABLES:
            if night < len(kinds[table.name]):
                change = Change(table, kinds[table.name][night])
                tables[table.name] = changed(tables[table.name], change, rng)
            else:
                tables[table.name] = []
