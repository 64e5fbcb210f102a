"""The publish stage: the marts as one set that readers see whole.

    published -> releases/<release>/            a link, swapped in one step
        klantwaarde.duckdb                      schema `marts`, comments on every column
        marts/<table>.parquet                   the same rows in the same order
        manifest.json                           what, when, from which run; rows and content hash of each table

A release is built beside, checked, and only then linked. Readers of the old set keep it: their files stay open, and
the previous release stays on disk until the next but one.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipelines import database
from pipelines.errors import PublishError
from pipelines.settings.definitions import DEFINITION_VERSION

if TYPE_CHECKING:
    from pathlib import Path

    import duckdb

    from pipelines.settings import Settings

DATABASE_FILE = "klantwaarde.duckdb"
MANIFEST_FILE = "manifest.json"
# The current release and the one before: a report that takes minutes still finds its files.
KEPT_RELEASES = 2


@dataclass(frozen=True)
class Publication:
    """What was published: the release's folder, and per table its rows and content hash."""

    path: Path
    tables: dict[str, dict[str, int | str]]

    def __str__(self) -> str:
        return f"{len(self.tables)} marts, {sum(int(t['row_count']) for t in self.tables.values()):,} rows"


def publish(settings: Settings, run_id: str) -> Publication:
    """Copy schema `marts` of the warehouse into a new release and make it the published one.

    Raises:
        PublishError: The warehouse holds no marts, or the release differs from them.
    """
    releases = settings.home / "releases"
    new = releases / f".new-{run_id}"
    _remove_unfinished(releases)
    (new / "marts").mkdir(parents=True)
    with database.scratch() as db:
        # One thread: the order of rows within a file, and so its bytes, do not depend on the machine.
        db.execute("set threads = 1")
        db.execute(f"attach {_quoted(settings.warehouse_path)} as warehouse (read_only)")
        db.execute(f"attach {_quoted(new / DATABASE_FILE)} as release")
        tables = _copy_marts(db, new)
        _check(db, new, tables)
        db.execute("detach release")
    if not tables:
        raise PublishError(f"{settings.warehouse_path}: schema marts is empty; run the transform stage first.")
    manifest = {
        "shop": settings.shop.id,
        "run_id": run_id,
        "as_of_date": settings.as_of_date.isoformat(),
        "definition_version": DEFINITION_VERSION,
        "tables": tables,
    }
    (new / MANIFEST_FILE).write_text(json.dumps(manifest, indent=2, sort_keys=True) + "\n", encoding="utf-8")
    _sync(new)
    final = _free_name(releases, f"{settings.as_of_date}-{run_id[:8]}")
    new.rename(final)
    _link(settings.published_path, final)
    _remove_old(releases, final)
    return Publication(final, tables)


def _copy_marts(db: duckdb.DuckDBPyConnection, release: Path) -> dict[str, dict[str, int | str]]:
    names = [
        name
        for (name,) in db.execute(
            """
            select table_name from duckdb_tables() where database_name = 'warehouse' and schema_name = 'marts'
            union all
            select view_name from duckdb_views() where database_name = 'warehouse' and schema_name = 'marts'
            order by 1
            """
        ).fetchall()
    ]
    db.execute("create schema release.marts")
    tables: dict[str, dict[str, int | str]] = {}
    for name in names:
        db.execute(f'create table release.marts."{name}" as from warehouse.marts."{name}" order by all')
        file = release / "marts" / f"{name}.parquet"
        db.execute(f'copy release.marts."{name}" to {_quoted(file)} (format parquet, compression zstd)')
        _copy_comments(db, name)
        tables[name] = {
            "row_count": _count(db, f'release.marts."{name}"'),
            "sha256": hashlib.sha256(file.read_bytes()).hexdigest(),
        }
    db.execute("checkpoint release")
    return tables


def _copy_comments(db: duckdb.DuckDBPyConnection, name: str) -> None:
    """What is made from a query loses its comments."""
    where = "where database_name = 'warehouse' and schema_name = 'marts' and comment is not null"
    relations = f"""
        select comment from duckdb_tables() {where} and table_name = $name
        union all
        select comment from duckdb_views() {where} and view_name = $name
    """
    columns = f"select column_name, comment from duckdb_columns() {where} and table_name = $name"
    statements = [
        f'comment on table release.marts."{name}" is {_quoted(comment)}'
        for (comment,) in db.execute(relations, {"name": name}).fetchall()
    ]
    statements += [
        f'comment on column release.marts."{name}"."{column}" is {_quoted(comment)}'
        for column, comment in db.execute(columns, {"name": name}).fetchall()
    ]
    # In one transaction: each would be written to disk on its own.
    db.execute("; ".join(["begin", *statements, "commit"]))


def _check(db: duckdb.DuckDBPyConnection, release: Path, tables: dict[str, dict[str, int | str]]) -> None:
    """The release must hold what the warehouse holds, in both forms."""
    for name, facts in tables.items():
        in_warehouse = _count(db, f'warehouse.marts."{name}"')
        in_parquet = _count(db, f"read_parquet({_quoted(release / 'marts' / f'{name}.parquet')})")
        if not facts["row_count"] == in_warehouse == in_parquet:
            raise PublishError(
                f"marts.{name}: {in_warehouse} rows in the warehouse, {facts['row_count']} in {DATABASE_FILE}, "
                f"{in_parquet} in its Parquet file. Nothing was published; free disk space and run again."
            )


def _link(published: Path, release: Path) -> None:
    """Point `published` at the release in one step: readers find the old set or the new one."""
    if published.exists() and not published.is_symlink():
        raise PublishError(f"{published}: is a folder, not our link. Move it away, then run again.")
    link = published.with_name(f".{published.name}.new")
    link.unlink(missing_ok=True)
    link.symlink_to(release.relative_to(published.parent), target_is_directory=True)
    link.replace(published)


def _free_name(releases: Path, name: str) -> Path:
    """A run that publishes again (a retry) gets a release of its own."""
    candidate, number = releases / name, 1
    while candidate.exists():
        number += 1
        candidate = releases / f"{name}-{number}"
    return candidate


def _remove_unfinished(releases: Path) -> None:
    for leftover in releases.glob(".new-*"):
        shutil.rmtree(leftover)


def _remove_old(releases: Path, current: Path) -> None:
    others = sorted((p for p in releases.iterdir() if p != current), key=lambda p: p.stat().st_mtime_ns, reverse=True)
    for old in others[KEPT_RELEASES - 1 :]:
        shutil.rmtree(old)


def _sync(folder: Path) -> None:
    """On disk before the link moves: a power cut must not leave a link to half-written files."""
    for path in [*folder.rglob("*"), folder]:
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _count(db: duckdb.DuckDBPyConnection, relation: str) -> int:
    row = db.execute(f"select count(*) from {relation}").fetchone()
    return int(row[0]) if row else 0


def _quoted(text: Path | str) -> str:
    return "'" + str(text).replace("'", "''") + "'"
