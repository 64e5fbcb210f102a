"""The marts as one Parquet file each, whose bytes depend on nothing but the rows."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from pipelines import sql
from pipelines.database import row_count

if TYPE_CHECKING:
    from pathlib import Path

    import duckdb


def write(db: duckdb.DuckDBPyConnection, folder: Path, marts: list[str]) -> dict[str, int]:
    """Copy the marts from the attached `release` to `marts/<mart>.parquet`.

    Args:
        db: A database with `release` attached, on one thread: several write rows in an order of their own.
        folder: The release's.
        marts: Tables of schema `release.marts`.

    Returns:
        The number of rows of each mart in its file.
    """
    (folder / "marts").mkdir()
    for mart in marts:
        file = sql.text(_file(folder, mart))
        db.execute(f"copy release.marts.{sql.identifier(mart)} to {file} (format parquet, compression zstd)")
    return {mart: row_count(db, f"read_parquet({sql.text(_file(folder, mart))})") for mart in marts}


def content_hash(folder: Path, mart: str) -> str:
    """The SHA-256 of a mart's file: equal rows, equal hash."""
    return hashlib.sha256(_file(folder, mart).read_bytes()).hexdigest()


def _file(folder: Path, mart: str) -> Path:
    return folder / "marts" / f"{mart}.parquet"
