"""Rows of csv, xlsx and Parquet files, as DuckDB can read them, each with the row number a person finds it by.

Csv and xlsx are written once to a temporary Parquet file as text, in a stream; what their values mean is the caller's
business. Row numbers are those of a spreadsheet: the header is row 1, blank lines of a csv are not counted. In Parquet,
which has no header row, the first row is 1.
"""

from __future__ import annotations

import glob
import os
import zlib
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pipelines import sql
from pipelines.errors import SourceError
from pipelines.sources.reading import csv, xlsx
from pipelines.sources.reading.text_parquet import POSITION, ROW

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
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
        numbers: Columns of an xlsx file in which every cell is a number and not text: they are written with a point,
            whatever notation the shop has.
        number: Which of the files of its table it is.
    """

    path: Path
    relation: str
    columns: dict[str, str] = field(hash=False)
    encoding: str | None = None
    numbers: frozenset[str] = frozenset()
    number: int = 0

    def is_text(self, column: str) -> bool:
        """Whether the file has the column, as text of which somebody chose the notation."""
        return self.columns.get(column) == "VARCHAR" and column not in self.numbers


# What can be read, by the end of a file's name.
SUFFIXES = (".csv", ".csv.gz", ".xlsx", ".parquet")


def suffix_of(path: Path) -> str:
    """Which of `SUFFIXES` a file has; else what comes after the last point of its name, or nothing."""
    name = path.name.lower()
    return next((suffix for suffix in SUFFIXES if name.endswith(suffix)), path.suffix.lower())


def open_rows(
    db: duckdb.DuckDBPyConnection, path: Path, folder: Path, required: Iterable[str] = (), sheet: str | None = None
) -> Rows:
    """Open a csv, xlsx or Parquet file.

    Args:
        db: The connection that will read the rows.
        path: The file; its suffix says what it is.
        folder: Where the temporary Parquet file goes.
        required: Columns by which a worksheet with data is known; the other worksheets are left out.
        sheet: Title of the only worksheet to read.

    Raises:
        SourceError: The file is damaged, empty, of another kind, or may not be read.
    """
    if path.exists() and not os.access(path, os.R_OK):
        raise SourceError(
            f"{path}: the user who runs this may not read it. Correct the permissions of the file, or of what makes it."
        )
    suffix = suffix_of(path)
    if suffix == ".parquet":
        numbered = f"file_row_number + 1 as {POSITION}, file_row_number + 1 as {ROW}"
        relation = f"(select *, {numbered} from {_scan(path, 'file_row_number = true')})"
        with reading(path):
            described = db.execute(f"describe select * from {_scan(path)}").fetchall()
        return Rows(path, relation, {name: kind for name, kind, *_ in described})
    # Two files of one name may come from different folders, and two tables from one workbook.
    place = zlib.crc32(f"{path} {sheet}".encode())
    target = folder / f"{path.name.split('.')[0]}_{place:08x}.parquet"
    encoding = None
    numbers: frozenset[str] = frozenset()
    if suffix in (".csv", ".csv.gz"):
        encoding = csv.detect_encoding(path)
        columns = csv.write_as_parquet(path, target, encoding)
    elif suffix == ".xlsx":
        columns, numbers = xlsx.write_as_parquet(path, target, set(required), sheet)
    else:
        raise SourceError(
            f"{path}: files of kind {suffix or 'no suffix'!r} are not read; give one of {', '.join(SUFFIXES)}."
        )
    return Rows(path, _scan(target), dict.fromkeys(columns, "VARCHAR"), encoding, numbers)


def names(paths: Sequence[Path]) -> str:
    """Files in a message: the first, and how many more."""
    first, more = paths[0], len(paths) - 1
    return str(first) if not more else f"{first} and {more:,} more file{'' if more == 1 else 's'}"


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
