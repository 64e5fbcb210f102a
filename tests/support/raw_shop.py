"""A shop small enough to check by hand, in the tables of schema `raw`.

    warehouse = make_raw(tmp_path, orders=[order("A", "2024-03-01")], order_lines=[line("A", net=25)])
    make_models(warehouse)
    rows(warehouse, "select * from core.order_facts")

Every column left out takes the contract's default. Lines and credit notes are of article `mug`, credit notes of one
piece by anna, unless they say otherwise. The source's own count, what validation counted and the total of each order
follow from the rows, unless a test gives its own.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import duckdb

from pipelines import contract
from pipelines.prediction.tables import TABLES
from pipelines.settings import shop_row
from pipelines.settings.definitions import DEFINITION_VERSION, Definitions
from pipelines.settings.identity import Identity
from tests.support.builders import Row, with_total

if TYPE_CHECKING:
    from collections.abc import Sequence

SOURCE_ID = "test_shop"
EXTRACTED_AT = dt.datetime(2030, 1, 1)

SHOP: Row = {
    "source_id": SOURCE_ID,
    "currency": "EUR",
    "timezone": "Europe/Amsterdam",
    "as_of_date": dt.date(2025, 1, 1),
    "history_start_date": dt.date(2023, 1, 1),
    **shop_row.chosen(Definitions(), Identity()),
    "definition_version": DEFINITION_VERSION,
}
COUNTS = ("read_count", "repeated_count", "superseded_count", "accepted_count", "quarantined_count", "warned_count")
AMOUNTS = ("read_amount", "repeated_amount", "superseded_amount", "accepted_amount", "quarantined_amount")
VALIDATION_TYPES = {
    "source_id": "VARCHAR",
    "order_date": "DATE",
    "table_name": "VARCHAR",
    "rule": "VARCHAR",
    "consequence": "VARCHAR",
    **dict.fromkeys(COUNTS, "BIGINT"),
    **dict.fromkeys(AMOUNTS, "DECIMAL(18,4)"),
}


def make_raw(
    path: Path,
    orders: Sequence[Row] = (),
    order_lines: Sequence[Row] = (),
    refunds: Sequence[Row] = (),
    customers: Sequence[Row] = (),
    customer_aliases: Sequence[Row] = (),
    products: Sequence[Row] = (),
    shop: Row | None = None,
    source_counts: Sequence[Row] | None = None,
    validations: Sequence[Row] | None = None,
    **others: Sequence[Row],
) -> Path:
    """Make a warehouse file whose schema `raw` holds these rows, and schema `predictions` empty tables.

    Args:
        path: A folder; the file in it is called as in a real home, since DuckDB names a database after its file.
        shop: Settings that differ from `SHOP`.
        source_counts: Rows (`order_date`, `entry`, `row_count`, `amount`); default: what the rows themselves amount to.
        validations: Rows of raw.validations; default: everything was accepted.
        others: Rows of the other contract tables by name; parts of an order lie on its day.

    Returns:
        The file's path.
    """
    facts = {**SHOP, **(shop or {})}
    zone = ZoneInfo(facts["timezone"])
    tables = {
        "orders": [_order(row, zone) for row in orders],
        "customers": [dict(row) for row in customers],
        "customer_aliases": [dict(row) for row in customer_aliases],
        "products": [dict(row) for row in products],
    }
    order_days = {row["order_id"]: row["order_date"] for row in tables["orders"]}
    tables["order_lines"] = [_line(row, order_days) for row in order_lines]
    tables["orders"] = [with_total(row, tables["order_lines"]) for row in tables["orders"]]
    tables["refunds"] = [_refund(row, order_days, zone) for row in refunds]
    assert others.keys() <= contract.TABLES.keys() - tables.keys(), others.keys()
    for name, given in others.items():
        is_part = contract.TABLES[name].kept_by == "order_day"
        days = [{"order_date": order_days.get(row["order_id"])} if is_part else {} for row in given]
        tables[name] = [{**day, **row} for day, row in zip(days, given, strict=True)]
    file = path / "warehouse.duckdb"
    file.unlink(missing_ok=True)
    with duckdb.connect(str(file)) as connection:
        # One transaction: a row at a time, each on disk before the next, took longer than dbt.
        connection.begin()
        connection.execute("create schema raw")
        for table in contract.TABLES.values():
            types = {"source_id": "VARCHAR", **({"order_date": "DATE"} if table.is_by_day else {})}
            types |= {name: contract.DUCKDB_TYPES[kind] for name, kind in table.landed_columns}
            types |= {contract.EXTRACTED_AT: "TIMESTAMP"}
            _fill(connection, table.name, types, tables.get(table.name, []), _defaults(table))
        _fill(connection, "shop", shop_row.TYPES, [facts], {})
        _fill(connection, "validations", VALIDATION_TYPES, [], {})
        _count(connection, source_counts, validations)
        connection.execute("create schema predictions")
        for name, columns in TABLES.items():
            connection.execute(f"create table predictions.{name} ({columns})")
        connection.commit()
    return file


def rows(path: Path, query: str) -> list[tuple[Any, ...]]:
    """What `query` gives on the warehouse."""
    with duckdb.connect(str(path), read_only=True) as connection:
        return connection.execute(query).fetchall()


def change(path: Path, statement: str) -> None:
    """Change the warehouse."""
    with duckdb.connect(str(path)) as connection:
        connection.execute(statement)


def _order(row: Row, zone: ZoneInfo) -> Row:
    placed_at = _instant(row["placed_at"])
    return {"order_date": _day(placed_at, zone), **row, "placed_at": placed_at}


def _line(row: Row, order_days: dict[str, dt.date]) -> Row:
    return {"order_date": order_days.get(row["order_id"]), "sku": "mug", **row}


def _refund(row: Row, order_days: dict[str, dt.date], zone: ZoneInfo) -> Row:
    refunded_at = _instant(row["refunded_at"])
    if row.get("order_id"):
        known = {"order_date": order_days[row["order_id"]]}
    else:
        known = {"order_date": _day(refunded_at, zone), "customer_id": "anna", "sku": "mug", "quantity": 1}
    return {**known, **row, "refunded_at": refunded_at}


def _day(instant: dt.datetime, zone: ZoneInfo) -> dt.date:
    return instant.replace(tzinfo=dt.UTC).astimezone(zone).date()


def _instant(value: str | dt.datetime) -> dt.datetime:
    return value if isinstance(value, dt.datetime) else dt.datetime.fromisoformat(value)


def _defaults(table: contract.Table) -> dict[str, str]:
    return {column.landed_name: column.default for column in table.columns if column.default is not None}


def _fill(
    connection: duckdb.DuckDBPyConnection, name: str, types: dict[str, str], data: list[Row], defaults: dict[str, str]
) -> None:
    columns = ", ".join(f'"{column}" {kind}' for column, kind in types.items())
    connection.execute(f"create table raw.{name} ({columns})")
    for row in data:
        unknown = row.keys() - types.keys()
        assert not unknown, f"raw.{name} has no column {sorted(unknown)}"
        full = {"source_id": SOURCE_ID, contract.EXTRACTED_AT: EXTRACTED_AT, **row}
        values = ", ".join("?" if column in full else defaults.get(column, "NULL") for column in types)
        given = [full[column] for column in types if column in full]
        connection.execute(f"insert into raw.{name} values ({values})", given)


# The money of each row as the contract counts it: lines, changes, shipping and fees less order discounts and refunds.
_MONEY = """
    select order_date, 'order_lines' as table_name, net_amount as amount, 1 as money_rows from raw.order_lines
    union all
    select order_date, 'order_edits', net_amount, 1 from raw.order_edits
    union all
    select order_date, 'refunds', -(net_amount + shipping_net_amount), 1 from raw.refunds
    union all
    select order_date, 'orders', shipping_net_amount + fee_net_amount - undistributed_discount_net_amount, 0
    from raw.orders
"""


def _count(
    connection: duckdb.DuckDBPyConnection, source_counts: Sequence[Row] | None, validations: Sequence[Row] | None
) -> None:
    if source_counts is None:
        connection.execute(
            f"insert into raw.source_counts select '{SOURCE_ID}', order_date, 'read', sum(money_rows), sum(amount), "
            f"timestamp '{EXTRACTED_AT}' from ({_MONEY}) group by order_date"
        )
    for row in source_counts or ():
        connection.execute(
            "insert into raw.source_counts values (?, ?, ?, ?, ?, ?)",
            [SOURCE_ID, row["order_date"], row["entry"], row["row_count"], row["amount"], EXTRACTED_AT],
        )
    if validations is None:
        connection.execute(
            f"insert into raw.validations select '{SOURCE_ID}', order_date, table_name, 'all rules', 'all', "
            f"count(*), 0, 0, count(*), 0, 0, sum(amount), 0, 0, sum(amount), 0 from ({_MONEY}) "
            "group by order_date, table_name"
        )
    for row in validations or ():
        full = {"source_id": SOURCE_ID, **dict.fromkeys(COUNTS + AMOUNTS, 0), **row}
        places = ", ".join("?" for _ in VALIDATION_TYPES)
        connection.execute(f"insert into raw.validations values ({places})", [full[name] for name in VALIDATION_TYPES])
