"""A shop small enough to check by hand: raw tables from a few dicts, dbt and the predict stage on top, in this process.

    warehouse = make_raw(tmp_path, orders=[order("A", "2024-03-01")], order_lines=[line("A", net_amount=10)])
    run_dbt(warehouse)
    rows(warehouse, "select * from core.orders")

Every column left out takes the contract's default, or a plain value. The source's own count, what validation counted
and the total of each order follow from the rows, unless a test gives its own.
"""

from __future__ import annotations

import datetime as dt
import os
import tempfile
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import duckdb

from pipelines import contract, prediction, shop_row, transform
from pipelines.conventions import DEFINITION_VERSION, Definitions
from pipelines.prediction_tables import TABLES
from pipelines.settings import PROJECT_ROOT, Settings
from pipelines.settings_sections import CdnowSource, Shop
from pipelines.transform import DEPENDENT
from pipelines.warehouse import release_dbt_connections

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Row = dict[str, Any]

DBT_PROJECT = PROJECT_ROOT / "dbt_project"
SOURCE_ID = "test_shop"
EXTRACTED_AT = dt.datetime(2030, 1, 1)

SHOP: Row = {
    "source_id": SOURCE_ID,
    "currency": "EUR",
    "timezone": "Europe/Amsterdam",
    "as_of_date": dt.date(2025, 1, 1),
    "history_start_date": dt.date(2023, 1, 1),
    **shop_row.definitions_row(Definitions()),
    "definition_version": DEFINITION_VERSION,
}
COUNTS = ("read_count", "repeated_count", "accepted_count", "quarantined_count", "warned_count")
AMOUNTS = ("read_amount", "repeated_amount", "accepted_amount", "quarantined_amount")
VALIDATION_TYPES = {
    "source_id": "VARCHAR",
    "order_date": "DATE",
    "table_name": "VARCHAR",
    "rule": "VARCHAR",
    "consequence": "VARCHAR",
    **dict.fromkeys(COUNTS, "BIGINT"),
    **dict.fromkeys(AMOUNTS, "DECIMAL(18,4)"),
}


def order(order_id: str, day: str = "2024-03-01", customer_id: str | None = "anna", **columns: Any) -> Row:
    """A paid order, placed at noon UTC of `day` unless `placed_at` says otherwise."""
    return {"order_id": order_id, "placed_at": f"{day} 12:00:00", "customer_id": customer_id, **columns}


def line(order_id: str, line_id: str = "1", **columns: Any) -> Row:
    """One piece of article `mug` for 10.00."""
    return {"order_id": order_id, "line_id": line_id, **columns}


def refund(refund_id: str, at: str = "2024-03-10", order_id: str | None = None, **columns: Any) -> Row:
    """A settled refund of 10.00; without `order_id` a credit note of anna's for one mug."""
    loose = {} if order_id else {"customer_id": "anna", "sku": "mug", "quantity": 1}
    stamp = at if " " in at else f"{at} 12:00:00"
    return {"refund_id": refund_id, "refunded_at": stamp, "order_id": order_id, **loose, **columns}


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
    tables = {
        "orders": [_order(row, facts) for row in orders],
        "customers": [dict(row) for row in customers],
        "customer_aliases": [dict(row) for row in customer_aliases],
        "products": [dict(row) for row in products],
    }
    order_days = {row["order_id"]: row["order_date"] for row in tables["orders"]}
    tables["order_lines"] = [_line(row, order_days) for row in order_lines]
    for row in tables["orders"]:
        row.setdefault("total_gross_amount", _total(row, tables["order_lines"]))
    tables["refunds"] = [_refund(row, order_days, facts) for row in refunds]
    assert others.keys() <= contract.TABLES.keys() - tables.keys(), others.keys()
    for name, given in others.items():
        by_day = contract.TABLES[name].by_day
        tables[name] = [{**({"order_date": order_days.get(row["order_id"])} if by_day else {}), **row} for row in given]
    file = path / "warehouse.duckdb"
    file.unlink(missing_ok=True)
    with duckdb.connect(str(file)) as connection:
        # One transaction: a row at a time, each on disk before the next, took longer than dbt.
        connection.begin()
        connection.execute("create schema raw")
        for table in contract.TABLES.values():
            types = {"source_id": "VARCHAR", **({"order_date": "DATE"} if table.by_day else {})}
            types |= {column.landed_name: contract.DUCKDB_TYPES[column.type] for column in table.columns}
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


def run_dbt(path: Path, select: str | None = None, exclude: str | None = "test_type:unit") -> None:
    """Build the warehouse at `path` as a night does; raises AssertionError with the messages of what failed."""
    failures = [
        f"{result.node.name}: {result.status} {result.message}"
        for result in dbt_results(path, select, exclude)
        if result.status not in ("success", "pass", "no-op")
    ]
    assert not failures, "\n".join(failures)


def dbt_results(path: Path, select: str | None = None, exclude: str | None = "test_type:unit") -> list[Any]:
    """What a night makes of the warehouse: `dbt build`, predictions, `dbt build` of what reads them; failures included.

    Where nothing selected reads the predictions, the first build is all; where it fails, too.
    """
    needs_predictions = select is None or any(name.strip("+@") in readers_of_predictions() for name in select.split())
    # The predict stage reads these besides what the selected models do.
    first = f"{select} +segment_members +subscription_periods" if select and needs_predictions else select
    results = build_part(path, first, f"{exclude or ''} {DEPENDENT}")
    if not needs_predictions or any(result.status in ("error", "fail") for result in results):
        return results
    predict(path)
    later = " ".join(f"{name},{DEPENDENT}" for name in select.split()) if select else DEPENDENT
    return results + build_part(path, later, exclude)


def build_part(path: Path, select: str | None, exclude: str | None) -> list[Any]:
    """The results of one `dbt build`, failures included."""
    # A test that also needs a model outside the selection is left out.
    arguments = ["--indirect-selection", "buildable"]
    arguments += ["--select", *select.split()] if select else []
    arguments += ["--exclude", *exclude.split()] if exclude else []
    with _warehouse(path):
        return _invoke("build", *arguments)


def _invoke(command: str, *arguments: str) -> list[Any]:
    from dbt.cli.main import dbtRunner

    outcome = dbtRunner(manifest=project_manifest()).invoke(["--quiet", command, *_places(), *arguments])
    if outcome.exception is not None:
        raise outcome.exception
    return list(outcome.result.results)


def predict(path: Path) -> None:
    """The predict stage on the warehouse at `path`."""
    [(source_id, currency, zone, as_of_date, start_date, count_zero)] = rows(
        path,
        "select source_id, currency, timezone, as_of_date, history_start_date, count_zero_value_orders from raw.shop",
    )
    prediction.predict_customers(
        Settings(
            shop=Shop(id=source_id, currency=currency, timezone=zone, start_date=start_date, as_of=as_of_date),
            source=CdnowSource(kind="cdnow"),
            definitions=Definitions(count_zero_value_orders=count_zero),
            config_path=path,
            home=path.parent,
        )
    )


def rows(path: Path, query: str) -> list[tuple[Any, ...]]:
    """What `query` gives on the warehouse."""
    with duckdb.connect(str(path), read_only=True) as connection:
        return connection.execute(query).fetchall()


@cache
def readers_of_predictions() -> frozenset[str]:
    """Names of all nodes behind the source `predictions`."""
    manifest = project_manifest()
    waiting = [source for source, node in manifest.sources.items() if node.source_name == "predictions"]
    found: set[str] = set()
    while waiting:
        children = set(manifest.child_map[waiting.pop()]) - found
        found |= children
        waiting += children
    return frozenset(name.split(".")[2] for name in found)


@contextmanager
def _warehouse(path: Path) -> Iterator[None]:
    before = os.environ.get("KLANTWAARDE_WAREHOUSE")
    os.environ["KLANTWAARDE_WAREHOUSE"] = str(path)
    try:
        yield
    finally:
        release_dbt_connections()
        if before is None:
            del os.environ["KLANTWAARDE_WAREHOUSE"]
        else:
            os.environ["KLANTWAARDE_WAREHOUSE"] = before


@cache
def _target_folder() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="klantwaarde-dbt-")


def _places() -> list[str]:
    target = _target_folder().name
    return [
        *("--project-dir", str(DBT_PROJECT), "--profiles-dir", str(DBT_PROJECT)),
        # dbt never closes its log file, which pytest would report as a leak.
        *("--target-path", target, "--log-path", target, "--log-level-file", "none"),
    ]


@cache
def project_manifest() -> Any:
    """The project, parsed once: it is the same for every shop."""
    return transform.parsed_project(transform._newest_source())


@cache
def _compiled_nodes() -> dict[str, Any]:
    """Every model and every dbt test about rows by name, compiled once: the SQL is the same for every shop."""
    with _warehouse(Path(_target_folder().name) / "warehouse.duckdb"):
        results = _invoke("compile", "--select", "resource_type:model", "test_type:data")
    return {result.node.name: result.node for result in results}


def remake(path: Path, *tables: str) -> None:
    """Make these tables anew, one after the other; asking dbt for a few takes seconds of starting up."""
    with duckdb.connect(str(path)) as connection:
        for node in (_compiled_nodes()[name] for name in tables):
            assert node.config.materialized == "table", node.name
            connection.execute(f"create or replace table {node.schema}.{node.alias} as {node.compiled_code}")


def fails(path: Path, check: str) -> bool:
    """Whether this dbt test finds rows in the warehouse; asking dbt for one test takes a second of starting up."""
    node = _compiled_nodes()[check]
    defaults = {"severity": "ERROR", "error_if": "!= 0", "fail_calc": "count(*)", "limit": None, "where": None}
    assert {name: getattr(node.config, name) for name in defaults} == defaults, check
    return bool(rows(path, node.compiled_code))


def _order(row: Row, shop: Row) -> Row:
    placed_at = _instant(row["placed_at"])
    zone = ZoneInfo(shop["timezone"])
    day = placed_at.replace(tzinfo=dt.UTC).astimezone(zone).date()
    plain = {
        "order_date": day,
        "status": "paid",
        "currency": shop["currency"],
        "country": "NL",
        "sales_channel": "web",
    }
    return {**plain, **row, "placed_at": placed_at}


def _total(order: Row, order_lines: list[Row]) -> Any:
    lines = [line for line in order_lines if line["order_id"] == order["order_id"]]
    tax = order.get("tax_amount")
    charges = order.get("shipping_net_amount", 0) + order.get("fee_net_amount", 0)
    return (
        sum(line["net_amount"] for line in lines)
        + (sum(line.get("tax_amount", 0) for line in lines) if tax is None else tax)
        + charges
        - order.get("undistributed_discount_net_amount", 0)
    )


def _line(row: Row, order_days: dict[str, dt.date]) -> Row:
    plain = {"order_date": order_days.get(row["order_id"]), "sku": "mug", "quantity": 1, "net_amount": 10}
    return {**plain, **row}


def _refund(row: Row, order_days: dict[str, dt.date], shop: Row) -> Row:
    refunded_at = _instant(row["refunded_at"])
    own_day = refunded_at.replace(tzinfo=dt.UTC).astimezone(ZoneInfo(shop["timezone"])).date()
    day = order_days.get(row.get("order_id") or "", own_day)
    return {"order_date": day, "net_amount": 10, **row, "refunded_at": refunded_at}


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
            f"count(*), 0, count(*), 0, 0, sum(amount), 0, sum(amount), 0 from ({_MONEY}) "
            "group by order_date, table_name"
        )
    for row in validations or ():
        full = {"source_id": SOURCE_ID, **dict.fromkeys(COUNTS + AMOUNTS, 0), **row}
        places = ", ".join("?" for _ in VALIDATION_TYPES)
        connection.execute(f"insert into raw.validations values ({places})", [full[name] for name in VALIDATION_TYPES])
