"""Publish the marts: build a release beside the current one, check it, and make it the current one.

    published -> releases/<release>/            a link, swapped in one step
        klantwaarde.duckdb                      schema `marts`, comments on every column
        marts/<mart>.parquet                    the same rows in the same order
        manifest.json                           what, when, from which run; rows and content hash of each mart

A failure on the way leaves the current release untouched.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipelines import database, sql
from pipelines.errors import PublishError
from pipelines.publishing import duckdb_file, parquet, release
from pipelines.settings.definitions import DEFINITION_VERSION

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import duckdb

    from pipelines.settings import Settings

    # Writes the marts into a release's folder; returns the rows it reads back, by mart.
    Write = Callable[[duckdb.DuckDBPyConnection, Path, list[str]], dict[str, int]]

# In the order of writing: the others copy from the DuckDB file.
TARGETS: dict[str, Write] = {duckdb_file.FILE: duckdb_file.write, "the Parquet file": parquet.write}

MANIFEST_FILE = "manifest.json"


@dataclass(frozen=True)
class Publication:
    """What was published: the release's folder, and per mart its rows and content hash."""

    path: Path
    tables: dict[str, dict[str, int | str]]

    def __str__(self) -> str:
        return f"{len(self.tables)} marts, {sum(int(t['row_count']) for t in self.tables.values()):,} rows"


def publish(settings: Settings, run_id: str) -> Publication:
    """Copy schema `marts` of the warehouse into a new release and make it the current one.

    Raises:
        PublishError: The warehouse holds no marts, or the release differs from them.
    """
    folder = release.start(settings, run_id)
    with database.scratch() as db:
        # One thread: the order of rows within a file, and so its bytes, do not depend on the machine.
        db.execute("set threads = 1")
        db.execute(f"attach {sql.text(settings.warehouse_path)} as warehouse (read_only)")
        row_counts = _row_counts(db)
        if not row_counts:
            raise PublishError(f"{settings.warehouse_path}: schema marts is empty; run the transform stage first.")
        for target, write in TARGETS.items():
            _check(target, write(db, folder, list(row_counts)), row_counts)
    tables: dict[str, dict[str, int | str]] = {
        mart: {"row_count": row_count, "sha256": parquet.content_hash(folder, mart)}
        for mart, row_count in row_counts.items()
    }
    manifest = {
        "shop": settings.shop.id,
        "run_id": run_id,
        "as_of_date": settings.as_of_date.isoformat(),
        "definition_version": DEFINITION_VERSION,
        "tables": tables,
    }
    (folder / MANIFEST_FILE).write_text(json.dumps(manifest, indent=2, sort_keys=True) + "\n", encoding="utf-8")
    return Publication(release.make_current(settings, folder, run_id), tables)


def _row_counts(db: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """The marts of the warehouse, tables and views, with their number of rows."""
    marts = db.execute(
        """
        select table_name from duckdb_tables() where database_name = 'warehouse' and schema_name = 'marts'
        union all
        select view_name from duckdb_views() where database_name = 'warehouse' and schema_name = 'marts'
        order by 1
        """
    ).fetchall()
    return {mart: database.row_count(db, f"warehouse.marts.{sql.identifier(mart)}") for (mart,) in marts}


def _check(target: str, written: dict[str, int], in_warehouse: dict[str, int]) -> None:
    """A target must hold the rows that the warehouse holds."""
    for mart, row_count in in_warehouse.items():
        if written.get(mart) != row_count:
            raise PublishError(
                f"marts.{mart}: {row_count} rows in the warehouse, {written.get(mart)} in {target}. "
                "Nothing was published; free disk space and run again."
            )
