"""Csv files as text in Parquet: comma or semicolon, UTF-8 (also with a byte order mark) or cp1252, one header row."""

from __future__ import annotations

import codecs
import csv
from typing import TYPE_CHECKING, Any

from pipelines.errors import SourceError
from pipelines.sources.reading.text_parquet import require_distinct, text_schema, write_parquet

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import pyarrow as pa

_CHUNK_BYTES = 8 * 2**20
_UTF16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def write_as_parquet(path: Path, target: Path, encoding: str) -> list[str]:
    """Write the values of a csv file as text; returns the column names.

    Raises:
        SourceError: The file is empty, its header repeats a name, or a row does not fit the header.
    """
    import pyarrow as pa
    from pyarrow import csv as arrow_csv

    names, delimiter, has_rows = _header(path, encoding)
    schema = text_schema(names)
    if not has_rows:
        write_parquet(target, schema, [])
        return names
    first_wrong: list[Any] = []
    wrong_count = 0

    def note_wrong_row(row: Any) -> str:
        nonlocal wrong_count
        wrong_count += 1
        if not first_wrong:
            first_wrong.append(row)
        return "skip"

    def batches() -> Iterator[pa.RecordBatch]:
        reader = arrow_csv.open_csv(
            path,
            arrow_csv.ReadOptions(encoding=encoding, column_names=names, skip_rows=1, block_size=_CHUNK_BYTES),
            arrow_csv.ParseOptions(delimiter=delimiter, newlines_in_values=True, invalid_row_handler=note_wrong_row),
            arrow_csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=True, null_values=[""]
            ),
        )
        first_row = 2
        for batch in reader:
            rows = pa.array(range(first_row, first_row + batch.num_rows), pa.int64())
            positions = pa.array(range(first_row - 1, first_row + batch.num_rows - 1), pa.int64())
            yield pa.record_batch([positions, rows, *batch.columns], schema=schema)
            first_row += batch.num_rows

    try:
        write_parquet(target, schema, batches())
    except (pa.ArrowInvalid, UnicodeDecodeError) as error:
        raise SourceError(f"{path}: not a csv file that can be read: {error}") from None
    for row in first_wrong:
        others = f" {wrong_count:,} rows do not fit the header." if wrong_count > 1 else ""
        raise SourceError(
            f"{path}: row {_find_row(path, encoding, delimiter, len(names))} has {row.actual_columns} values, "
            f"the header has {row.expected_columns}: {row.text[:200]!r}.{others} Put values that hold a {delimiter!r} "
            "or a line break between double quotes."
        )
    return names


def detect_encoding(path: Path) -> str:
    """`utf-8` if the whole file is; else `cp1252`, the encoding of western European Windows, which old Excels write."""
    decode = codecs.getincrementaldecoder("utf-8")("strict").decode
    with path.open("rb") as file:
        if file.read(2) in _UTF16_MARKS:
            raise SourceError(f"{path}: is UTF-16 text. Save it as 'CSV UTF-8'.")
        file.seek(0)
        try:
            while chunk := file.read(_CHUNK_BYTES):
                decode(chunk)
            decode(b"", True)
        except UnicodeDecodeError:
            return "cp1252"
    return "utf-8"


def _header(path: Path, encoding: str) -> tuple[list[str], str, bool]:
    """Column names, the delimiter, and whether rows follow."""
    with path.open(encoding="utf-8-sig" if encoding == "utf-8" else encoding, newline="") as file:
        try:
            line = file.readline()
            has_rows = any(following.strip() for following in file)
        except UnicodeDecodeError as error:
            raise SourceError(
                f"{path}: neither UTF-8 nor cp1252 text (byte {error.start}). Save it as 'CSV UTF-8'."
            ) from None
    delimiter = max(",;", key=line.count)
    names = [name.strip() for name in next(csv.reader([line], delimiter=delimiter), [])]
    if not any(names):
        raise SourceError(f"{path}: is empty. A csv file starts with a row of column names.")
    names = [name or f"column {number}" for number, name in enumerate(names, start=1)]
    require_distinct(path, names)
    return names, delimiter, has_rows


def _find_row(path: Path, encoding: str, delimiter: str, width: int) -> int | None:
    """The number of the first row of another width, which Arrow's reader does not report."""
    with path.open(encoding=encoding, newline="") as file:
        rows = (row for row in csv.reader(file, delimiter=delimiter) if row)
        return next((number for number, row in enumerate(rows, start=1) if len(row) != width), None)
