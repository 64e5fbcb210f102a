"""Worksheets of an xlsx file as text in Parquet, read in a stream."""

from __future__ import annotations

import datetime as dt
import itertools
from typing import TYPE_CHECKING, Any

from pipelines.errors import SourceError
from pipelines.sources.reading.text_parquet import SHEET, require_distinct, text_schema, write_parquet

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import pyarrow as pa

_CHUNK_ROWS = 50_000


def write_as_parquet(path: Path, target: Path, required: set[str]) -> list[str]:
    """Write the worksheets that have the required columns below each other; returns the column names.

    Raises:
        SourceError: The file is damaged, or no worksheet has the columns.
    """
    import zipfile

    import openpyxl

    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    except (zipfile.BadZipFile, KeyError, ValueError, OSError) as error:
        raise SourceError(f"{path}: not an xlsx file that can be read: {error}. Download or export it again.") from None
    try:
        headers = {sheet.title: _sheet_header(sheet) for sheet in book.worksheets}
        titles = [title for title, names in headers.items() if names and required <= set(names)]
        if not titles:
            found = "; ".join(f"{title!r}: {', '.join(names) or 'empty'}" for title, names in headers.items())
            raise SourceError(f"{path}: no worksheet has the columns {', '.join(sorted(required))}. Found {found}.")
        names = list(dict.fromkeys(name for title in titles for name in headers[title] if name))
        for title in titles:
            require_distinct(path, [name for name in headers[title] if name])
        schema = text_schema([SHEET, *names])
        positions = itertools.count(1)
        batches = (
            batch for title in titles for batch in _sheet_batches(book[title], headers[title], schema, positions)
        )
        write_parquet(target, schema, batches)
    finally:
        book.close()
    return [SHEET, *names]


def _sheet_header(sheet: Any) -> list[str]:
    first = next(sheet.iter_rows(min_row=1, max_row=1, values_only=True), ())
    return ["" if value is None else str(value).strip() for value in first]


def _sheet_batches(
    sheet: Any, header: list[str], schema: pa.Schema, positions: Iterator[int]
) -> Iterator[pa.RecordBatch]:
    import pyarrow as pa

    places = [header.index(name) if name in header else None for name in schema.names[3:]]
    rows = (
        (next(positions), number, sheet.title, *(_text(values, place) for place in places))
        for number, values in enumerate(sheet.iter_rows(min_row=2, values_only=True), start=2)
        if any(value is not None for value in values)
    )
    while chunk := list(itertools.islice(rows, _CHUNK_ROWS)):
        columns = zip(*chunk, strict=True)
        arrays = [pa.array(column, field.type) for column, field in zip(columns, schema, strict=True)]
        yield pa.record_batch(arrays, schema=schema)


def _text(values: tuple[Any, ...], place: int | None) -> str | None:
    """A cell as a csv file would have it: a number as its shortest exact text, an instant in ISO form."""
    value = values[place] if place is not None and place < len(values) else None
    if value is None or isinstance(value, str):
        return value or None
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, dt.datetime):
        return value.isoformat(sep=" ")
    return str(value)
