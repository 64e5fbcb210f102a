"""Rows of csv, xlsx and Parquet files, as DuckDB can read them, each with the row number a person finds it by.

Csv and xlsx are written once to a temporary Parquet file as text, in a stream; what their values mean is the caller's
business. Row numbers are those of a spreadsheet: the header is row 1, blank lines of a csv are not counted. In Parquet,
which has no header row, the first row is 1.
"""

from __future__ import annotations

import glob
import os
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipelines import sql
from pipelines.errors import SourceError
from pipelines.sources.reading import csv, xlsx
from pipelines.sources.reading.text_parquet import POSITION, ROW

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    import duckdb


@dataclass(frozen=True)
class Rows:
    """The rows of one file.

    Attributes:
        path: The file as its owner knows it.
        relation: SQL to select from; has `columns`, `_position` (1, 2, ... over the whole file) and `_row` (the number
            to name a row by; in an xlsx file, within its worksheet).
        columns: Column names with their DuckDB types: VARCHAR only in csv and xlsx, and `_sheet` added in xlsx.
        encoding: What a csv file is written in.
    """

    path: Path
    relation: str
    columns: dict[str, str]
    encoding: str | None = None


def open_rows(db: duckdb.DuckDBPyConnection, path: Path, folder: Path, required: Iterable[str] = ()) -> Rows:
    """Open a csv, xlsx or Parquet file.

    Args:
        db: The connection that will read the rows.
        path: The file; its suffix says what it is.
        folder: Where the temporary Parquet file goes.
        required: Columns by which a worksheet with data is known; the other worksheets are left out.

    Raises:
        SourceError: The file is damaged, empty, of another kind, or may not be read.
    """
    if path.exists() and not os.access(path, os.R_OK):
        raise SourceError(
            f"{path}: the user who runs this may not read it. Correct the permissions of the file, or of what makes it."
        )
    suffix = path.suffix.lower()
    if suffix == ".parquet":
        numbered = f"file_row_number + 1 as {POSITION}, file_row_number + 1 as {ROW}"
        relation = f"(select *, {numbered} from {_scan(path, 'file_row_number = true')})"
        with reading(path):
            described = db.execute(f"describe select * from {_scan(path)}").fetchall()
        return Rows(path, relation, {name: kind for name, kind, *_ in described})
    target = folder / f"{path.stem}_{suffix[1:]}.parquet"
    encoding = None
    if suffix == ".csv":
        encoding = csv.detect_encoding(path)
        names = csv.write_as_parquet(path, target, encoding)
    elif suffix == ".xlsx":
        names = xlsx.write_as_parquet(path, target, set(required))
    else:
        raise SourceError(f"{path}: files of kind {suffix or 'no suffix'!r} are not read; give a csv, xlsx or parquet.")
    return Rows(path, _scan(target), dict.fromkeys(names, "VARCHAR"), encoding)


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """Name the file when DuckDB cannot read it. A lack of disk space is passed on as it is."""
    import duckdb

    try:
        yield
    except duckdb.Error as error:
        if is_lack_of_space(error):
            raise
        reason = str(error).splitlines()[0]
        raise SourceError(
            f"{path}: cannot be read: {reason}. If the file is damaged or cut off, export it again."
        ) from None


def is_lack_of_space(error: Exception) -> bool:
    """Whether the disk for temporary files is full, in DuckDB's words or the system's."""
    import duckdb

    return isinstance(error, duckdb.OutOfMemoryException) or "No space left on device" in str(error)


def _scan(path: Path, options: str = "") -> str:
    # DuckDB takes a path for a glob pattern.
    return f"read_parquet({sql.text(glob.escape(str(path)))}{', ' if options else ''}{options})"
