"""Csv files as text in Parquet: UTF-8 (also with a byte order mark) or cp1252, one header row, compressed or not.

The separator is a comma, a semicolon or a tab: the one that a first line `sep=;` names, as Excel writes and reads it,
or else that of which the header has most.
"""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import re
import zlib
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, Any

from pipelines.errors import SourceError
from pipelines.sources.reading.text_parquet import require_distinct, text_schema, write_parquet

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    import pyarrow as pa

_CHUNK_BYTES = 8 * 2**20
_DELIMITERS = ",;\t"
_SEPARATOR_LINE = re.compile(r"\s*\"?sep=([,;\t])\"?\s*", re.IGNORECASE)
# What unpacking raises for a file that is cut off, damaged, or not compressed at all.
_DAMAGED = (EOFError, gzip.BadGzipFile, zlib.error)
_UTF16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def write_as_parquet(path: Path, target: Path, encoding: str) -> list[str]:
    """Write the values of a csv file as text; returns the column names.

    Raises:
        SourceError: The file is empty, its header repeats a name, or a row does not fit the header.
    """
    import pyarrow as pa
    from pyarrow import csv as arrow_csv

    names, delimiter, skip, has_rows = _header(path, encoding)
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
            arrow_csv.ReadOptions(encoding=encoding, column_names=names, skip_rows=skip, block_size=_CHUNK_BYTES),
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
    except (pa.ArrowInvalid, UnicodeDecodeError, *_DAMAGED) as error:
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
    """`utf-8` if the whole file is; else `cp1252`, the encoding of western European Windows, which old Excels write.

    Raises:
        SourceError: The file is UTF-16, holds lines of both encodings, or is compressed and damaged.
    """
    decode = codecs.getincrementaldecoder("utf-8")("strict").decode
    with _reading(path), _open_binary(path) as file:
        if file.read(2) in _UTF16_MARKS:
            raise SourceError(f"{path}: is UTF-16 text. Save it as 'CSV UTF-8'.")
        file.seek(0)
        try:
            while chunk := file.read(_CHUNK_BYTES):
                decode(chunk)
            decode(b"", True)
        except UnicodeDecodeError:
            file.seek(0)
            _require_one_encoding(path, file)
            return "cp1252"
    return "utf-8"


def _require_one_encoding(path: Path, lines: Iterable[bytes]) -> None:
    """Find a file put together from lines in UTF-8 and lines in cp1252: one reading of both would spoil names."""
    first: dict[bool, int] = {}
    for number, line in enumerate(lines, start=1):
        if not line.isascii():
            first.setdefault(_is_utf8(line), number)
    if len(first) == 2:
        raise SourceError(
            f"{path}: is partly UTF-8 (line {first[True]:,}) and partly cp1252 (line {first[False]:,}), as when two "
            "exports are pasted together. Give the two as files of their own, or save all of it as 'CSV UTF-8'."
        )


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _header(path: Path, encoding: str) -> tuple[list[str], str, int, bool]:
    """Column names, the delimiter, how many lines come before the rows, and whether there are rows."""
    with _reading(path), _open_text(path, "utf-8-sig" if encoding == "utf-8" else encoding) as file:
        try:
            line = file.readline()
            named = _SEPARATOR_LINE.fullmatch(line)
            if named:
                line = file.readline()
            has_rows = any(following.strip() for following in file)
        except UnicodeDecodeError as error:
            raise SourceError(
                f"{path}: neither UTF-8 nor cp1252 text (byte {error.start}). Save it as 'CSV UTF-8'."
            ) from None
    delimiter = named[1] if named else max(_DELIMITERS, key=line.count)
    names = [name.strip() for name in next(csv.reader([line], delimiter=delimiter), [])]
    if not any(names):
        raise SourceError(f"{path}: is empty. A csv file starts with a row of column names.")
    names = [name or f"column {number}" for number, name in enumerate(names, start=1)]
    require_distinct(path, names)
    return names, delimiter, 2 if named else 1, has_rows


def _find_row(path: Path, encoding: str, delimiter: str, width: int) -> int | None:
    """The number of the first row of another width, which Arrow's reader does not report."""
    with _open_text(path, encoding) as file:
        rows = (row for row in csv.reader(file, delimiter=delimiter) if row and not _is_separator_row(row))
        return next((number for number, row in enumerate(rows, start=1) if len(row) != width), None)


def _is_separator_row(row: list[str]) -> bool:
    # The line `sep=;`, split at its own separator.
    return row[0].lstrip("\ufeff").lower() == "sep=" and not any(row[1:])


def _open_binary(path: Path) -> IO[bytes]:
    file: Any = gzip.open(path) if path.suffix.lower() == ".gz" else path.open("rb")  # noqa: SIM115
    opened: IO[bytes] = file
    return opened


def _open_text(path: Path, encoding: str) -> IO[str]:
    return io.TextIOWrapper(_open_binary(path), encoding=encoding, newline="")


@contextmanager
def _reading(path: Path) -> Iterator[None]:
    """Name a compressed file that is cut off or none."""
    try:
        yield
    except _DAMAGED as error:
        raise SourceError(f"{path}: cannot be unpacked: {error}. Export or copy it again.") from None
