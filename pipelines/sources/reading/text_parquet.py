"""Temporary Parquet files that hold a file's values as text: their columns, how they are written, what names they take.

A csv file and a worksheet become the same thing here, so that whoever reads them need not know which it was.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.errors import SourceError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    import pyarrow as pa

# Where a row was: the number of its file among those of a table, its place in the whole file, the number a person finds
# it by, and its worksheet.
FILE = "_file"
POSITION = "_position"
ROW = "_row"
SHEET = "_sheet"


def text_schema(names: list[str]) -> pa.Schema:
    """The schema of a temporary Parquet file: where each row was, and its values as text."""
    import pyarrow as pa

    return pa.schema([(POSITION, pa.int64()), (ROW, pa.int64()), *((name, pa.string()) for name in names)])


def write_parquet(target: Path, schema: pa.Schema, batches: Iterable[pa.RecordBatch]) -> None:
    """Write a temporary Parquet file in a stream."""
    import pyarrow.parquet as pq

    with pq.ParquetWriter(target, schema, compression="lz4") as writer:
        for batch in batches:
            writer.write_batch(batch)


def require_distinct(path: Path, names: list[str]) -> None:
    """Column names must differ by more than their case, which DuckDB does not see.

    Raises:
        SourceError: Two are alike.
    """
    seen: dict[str, str] = {}
    for name in names:
        if name.lower() in seen:
            raise SourceError(f"{path}: the column {name!r} is in the header twice; remove or rename one.")
        seen[name.lower()] = name
