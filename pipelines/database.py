"""Opens DuckDB: the warehouse file, and scratch databases in memory. No other module does.

DuckDB allows one writing process per file. dbt keeps its connection open until the process ends, so
`release_dbt_connections` must be called after running dbt.
"""

from __future__ import annotations

import itertools
import logging
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pipelines.errors import HomeError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import duckdb

    from pipelines.settings import Settings

log = logging.getLogger("klantwaarde")

# DuckDB has one kind of exception for a file that is held, full or damaged; its words tell them apart.
_DAMAGED = ("not a valid DuckDB database file", "Could not read enough bytes", "Corrupt database file")

# A run over a million orders may take 3 GB; the rest is for Python, Arrow batches and dbt.
MEMORY_LIMIT = "2GB"

# Enough to see what kind of rows a table holds, without filling Dagster's event log.
PREVIEW_ROWS = 5


@contextmanager
def scratch() -> Iterator[duckdb.DuckDBPyConnection]:
    """An in-memory database that spills to a temporary folder; both are gone afterwards."""
    import duckdb

    with tempfile.TemporaryDirectory(prefix="klantwaarde-") as folder:
        connection = duckdb.connect(":memory:")
        try:
            _configure(connection, folder)
            yield connection
        finally:
            connection.close()


@contextmanager
def connect(settings: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    """The shop's warehouse file. A damaged one is put aside, and the load fills a new one from the landing.

    Raises:
        HomeError: Another process holds the file, it cannot be written, or damage came to light while it was read.
    """
    import duckdb

    settings.home.mkdir(parents=True, exist_ok=True)
    try:
        try:
            connection = _open(settings)
        except duckdb.IOException as error:
            if not is_damage(error):
                raise
            log.warning("%s", put_warehouse_aside(settings))
            connection = _open(settings)
    except duckdb.IOException as error:
        raise HomeError(
            f"{settings.warehouse_path}: cannot be opened: {error}. If the disk is full, free space. If another "
            f"program has the file open, close it there. BI tools must read {settings.published_path}, never this file."
        ) from None
    try:
        _configure(connection, str(settings.home / ".duckdb_spill"))
        # Nothing here reads rows in the order in which they were written, and keeping it costs a quarter of a load.
        connection.execute("SET preserve_insertion_order = false")
        yield connection
    except duckdb.IOException as error:
        if is_damage(error):
            connection.close()
            raise HomeError(f"{put_warehouse_aside(settings)} Run again.") from error
        raise HomeError(f"{settings.warehouse_path}: {error}. Free disk space, then run again.") from error
    finally:
        connection.close()


def is_damage(error: Exception) -> bool:
    """Whether DuckDB says that a file does not hold what was written to it."""
    return any(words in str(error) for words in _DAMAGED)


def put_warehouse_aside(settings: Settings) -> str:
    """Give the damaged warehouse file another name, so that the next load makes a new one; says what was done."""
    path = settings.warehouse_path
    numbers = itertools.count(1)
    aside = next(name for n in numbers if not (name := path.with_name(f"{path.stem}.damaged-{n}.duckdb")).exists())
    path.rename(aside)
    # Its log belongs to it, and would be played into the new file.
    log_file = path.with_name(f"{path.name}.wal")
    if log_file.exists():
        log_file.rename(aside.with_name(f"{aside.name}.wal"))
    return (
        f"{path} is damaged, as a failing disk or a copy while it was in use leaves it. It was put aside as "
        f"{aside.name}. Nothing is lost: the warehouse is rebuilt from the landing."
    )


def _open(settings: Settings) -> duckdb.DuckDBPyConnection:
    import duckdb

    # The newest format writes text up to a third faster. Unlike the published file, this one is not read by other
    # programs, which may be older.
    return duckdb.connect(str(settings.warehouse_path), config={"storage_compatibility_version": "latest"})


@dataclass(frozen=True)
class Preview:
    """A table's size and its first rows."""

    columns: list[str]
    rows: list[tuple[Any, ...]]
    row_count: int


def previews(settings: Settings, tables: Iterable[str]) -> dict[str, Preview]:
    """The number of rows of each table (`schema.name`) and a few of them, for people to look at."""
    found = {}
    with connect(settings) as db:
        for table in tables:
            result = db.execute(f"from {table} limit {PREVIEW_ROWS}")
            columns = [column[0] for column in result.description]
            rows = result.fetchall()
            found[table] = Preview(columns, rows, row_count(db, table))
    return found


def row_count(db: duckdb.DuckDBPyConnection, relation: str) -> int:
    """The number of rows of a table, or of any other SQL that can follow FROM."""
    row = db.execute(f"select count(*) from {relation}").fetchone()
    return int(row[0]) if row else 0


def first_rows(settings: Settings, query: str) -> list[str]:
    """The first rows of a query, each as `column value, column value`."""
    with connect(settings) as db:
        result = db.execute(f"from (\n{query}\n) limit {PREVIEW_ROWS}")
        columns = [column[0] for column in result.description]
        return [
            ", ".join(f"{column} {value}" for column, value in zip(columns, row, strict=True))
            for row in result.fetchall()
        ]


def _configure(connection: duckdb.DuckDBPyConnection, spill_folder: str) -> None:
    # Never download an extension: an attempt that cannot succeed costs seconds.
    connection.execute("SET autoinstall_known_extensions = false")
    connection.execute("SET memory_limit = ?", [MEMORY_LIMIT])
    connection.execute("SET temp_directory = ?", [spill_folder])
    connection.execute("SET TimeZone = 'UTC'")


def release_dbt_connections() -> None:
    """Give up DuckDB's lock, which dbt keeps until its process ends."""
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager

    DuckDBConnectionManager.close_all_connections()  # type: ignore[no-untyped-call]
