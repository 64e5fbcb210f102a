"""The load stage: accepted rows into schema `raw` of the warehouse.

A day is loaded when its landed content has been validated and differs from what `raw` holds; all such days are
replaced in one transaction. So a run that died anywhere is repaired by the next, and the order of loading days does
not matter. `raw` also gets the validation records and the shop's settings, so that dbt reads everything as data.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipelines import contract, database, sql
from pipelines.landing import quarantine, store
from pipelines.settings import shop_row

if TYPE_CHECKING:
    from pathlib import Path

    import duckdb

    from pipelines.settings import Settings

# Every table of schema `raw`, with one sentence about it.
RAW_TABLES = {
    **{table.name: f"{table.description} Accepted rows only." for table in contract.TABLES.values()},
    "validations": "One row per day, table and rule: rows read, repeated, accepted, quarantined, warned.",
    "shop": "One row: the shop's settings, so that dbt reads them as data.",
}


@dataclass(frozen=True)
class Load:
    """What one load did: the days and the keyed tables replaced."""

    days: list[dt.date]
    keyed_tables: list[str]

    def __str__(self) -> str:
        tables = f" and {', '.join(self.keyed_tables)}" if self.keyed_tables else ""
        return f"{len(self.days):,} days{tables} replaced in the warehouse"


def load_accepted(settings: Settings) -> Load:
    """Bring `raw` in line with the validated landing."""
    with database.connect(settings) as db:
        db.execute("begin")
        _create_tables(db)
        days = _load_days(db, settings)
        keyed = _load_keyed(db, settings)
        _load_validations(db, settings)
        _load_shop(db, settings)
        db.execute("commit")
        # The log must not grow with every night, and a killed run must have little to replay.
        db.execute("checkpoint")
    return Load(days, keyed)


def _create_tables(db: duckdb.DuckDBPyConnection) -> None:
    db.execute("create schema if not exists raw")
    for table in contract.TABLES.values():
        expected = _columns(table)
        have = dict(
            db.execute(
                "select column_name, data_type from duckdb_columns() where schema_name = 'raw' and table_name = ?",
                [table.name],
            ).fetchall()
        )
        if have != expected:
            # The contract has changed: the table starts empty, and every day is loaded again.
            columns = ", ".join(f"{sql.identifier(name)} {kind}" for name, kind in expected.items())
            db.execute(f"create or replace table raw.{table.name} ({columns})")
            db.execute("drop table if exists raw.loaded")
    db.execute("create table if not exists raw.loaded (what varchar primary key, fingerprint varchar not null)")


def _columns(table: contract.Table) -> dict[str, str]:
    columns = {"source_id": "VARCHAR"}
    if table.is_by_day:
        columns["order_date"] = "DATE"
    columns |= {name: contract.DUCKDB_TYPES[kind] for name, kind in table.landed_columns}
    columns[contract.EXTRACTED_AT] = "TIMESTAMP"
    return columns


def _load_days(db: duckdb.DuckDBPyConnection, settings: Settings) -> list[dt.date]:
    """Replace the validated days that differ from what is loaded; days that are no longer landed go."""
    landed = store.landed_days(settings)
    validated = quarantine.validated_digests(settings)
    ready = {
        day.isoformat(): f"{digest}:{_file_digest(quarantine.day_file(settings, day))}"
        for day, digest in landed.items()
        if validated.get(day) == digest
    }
    loaded = _loaded(db, "day")
    stale = sorted(day for day, fingerprint in ready.items() if loaded.get(day) != fingerprint)
    gone = sorted(loaded.keys() - {day.isoformat() for day in landed})
    days = [dt.date.fromisoformat(day) for day in stale]
    for table in contract.DAY_TABLES:
        db.execute(f"delete from raw.{table.name} where list_contains(?::date[], order_date)", [[*stale, *gone]])
        query = quarantine.accepted_rows_query(settings, table.name, days)
        if query is not None:
            db.execute(
                f"insert into raw.{table.name} by name select ? as source_id, * from ({query})", [settings.shop.id]
            )
    _remember(db, "day", {day: ready[day] for day in stale}, gone)
    return days


def _load_keyed(db: duckdb.DuckDBPyConnection, settings: Settings) -> list[str]:
    """The same for the tables that are kept by key, each as a whole; those that are no longer landed are emptied."""
    quarantined = _file_digest(quarantine.keyed_file(settings))
    validated = quarantine.validated_keyed_digests(settings)
    ready = {
        name: f"{digest}:{quarantined}"
        for name, digest in store.keyed_digests(settings).items()
        if validated.get(name) == digest
    }
    loaded = _loaded(db, "table")
    stale = sorted(name for name, fingerprint in ready.items() if loaded.get(name) != fingerprint)
    gone = sorted(loaded.keys() - store.keyed_digests(settings))
    for name in [*stale, *gone]:
        db.execute(f"delete from raw.{name}")
    for name in stale:
        query = quarantine.accepted_keyed_query(settings, name)
        db.execute(f"insert into raw.{name} by name select ? as source_id, * from ({query})", [settings.shop.id])
    _remember(db, "table", {name: ready[name] for name in stale}, gone)
    return sorted([*stale, *gone])


def _load_validations(db: duckdb.DuckDBPyConnection, settings: Settings) -> None:
    db.execute(
        "create or replace table raw.validations as "
        f"select ?::varchar as source_id, * from ({quarantine.validations_query(settings)})",
        [settings.shop.id],
    )


def _load_shop(db: duckdb.DuckDBPyConnection, settings: Settings) -> None:
    """The settings that dbt needs, as one row; as dbt variables, each change would make dbt parse the project again."""
    row = shop_row.row(settings)
    columns = ", ".join(f"?::{shop_row.TYPES[name]} as {name}" for name in row)
    db.execute(f"create or replace table raw.shop as select {columns}", list(row.values()))


def _loaded(db: duckdb.DuckDBPyConnection, kind: str) -> dict[str, str]:
    """Fingerprints of what `raw` holds, by `day` or by keyed `table`."""
    rows = db.execute("select what, fingerprint from raw.loaded where starts_with(what, ?)", [f"{kind} "]).fetchall()
    return {what.removeprefix(f"{kind} "): fingerprint for what, fingerprint in rows}


def _remember(db: duckdb.DuckDBPyConnection, kind: str, fingerprints: dict[str, str], gone: list[str]) -> None:
    """Bring `raw.loaded` up to date: one row per day and keyed table, with the fingerprint of what was loaded."""
    db.execute("delete from raw.loaded where list_contains(?::varchar[], what)", [[f"{kind} {what}" for what in gone]])
    if fingerprints:
        db.execute(
            "insert or replace into raw.loaded select unnest(?::varchar[]), unnest(?::varchar[])",
            [[f"{kind} {what}" for what in fingerprints], list(fingerprints.values())],
        )


def _file_digest(path: Path | None) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest() if path is not None and path.exists() else "clean"
