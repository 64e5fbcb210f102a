"""Worksheets of an xlsx file as text in Parquet, read in a stream."""

from __future__ import annotations

import datetime as dt
import itertools
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from pipelines.errors import SourceError
from pipelines.sources.reading.text_parquet import SHEET, require_distinct, text_schema, write_parquet

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import pyarrow as pa

_CHUNK_ROWS = 50_000


def write_as_parquet(
    path: Path, target: Path, required: set[str], sheet: str | None = None
) -> tuple[list[str], frozenset[str]]:
    """Write the worksheets that have the required columns below each other.

    Args:
        path: The workbook.
        target: The Parquet file to write.
        required: The columns.
        sheet: Title of the only worksheet to write, if not all.

    Returns:
        The column names, and those in which every cell is a number.

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
        headers = {each.title: _sheet_header(each) for each in book.worksheets if sheet in (None, each.title)}
        titles = [title for title, names in headers.items() if names and required <= set(names)]
        if not titles:
            found = "; ".join(f"{title!r}: {', '.join(names) or 'empty'}" for title, names in headers.items())
            raise SourceError(f"{path}: no worksheet has the columns {', '.join(sorted(required))}. Found {found}.")
        names = list(dict.fromkeys(name for title in titles for name in headers[title] if name))
        for title in titles:
            require_distinct(path, [name for name in headers[title] if name])
        schema = text_schema([SHEET, *names])
        positions = itertools.count(1)
        texts = {SHEET}
        batches = (
            batch for title in titles for batch in _sheet_batches(book[title], headers[title], schema, positions, texts)
        )
        write_parquet(target, schema, batches)
    finally:
        book.close()
    return [SHEET, *names], frozenset(names) - texts


def sheet_titles(path: Path) -> list[str]:
    """The worksheets of a workbook; none if it cannot be read."""
    import zipfile

    import openpyxl

    try:
        book = openpyxl.load_workbook(path, read_only=True)
    except (zipfile.BadZipFile, KeyError, ValueError, OSError):
        return []
    try:
        return [sheet.title for sheet in book.worksheets]
    finally:
        book.close()


def _sheet_header(sheet: Any) -> list[str]:
    first = next(sheet.iter_rows(min_row=1, max_row=1, values_only=True), ())
    return ["" if value is None else str(value).strip() for value in first]


def _sheet_batches(
    sheet: Any, header: list[str], schema: pa.Schema, positions: Iterator[int], texts: set[str]
) -> Iterator[pa.RecordBatch]:
    """The rows of a worksheet; the names of columns that have a cell with text are added to `texts`."""
    import pyarrow as pa

    places = {name: header.index(name) if name in header else None for name in schema.names[3:]}
    rows = (
        (next(positions), number, sheet.title, *(_text(values, name, place, texts) for name, place in places.items()))
        for number, values in enumerate(sheet.iter_rows(min_row=2, values_only=True), start=2)
        if any(value is not None for value in values)
    )
    while chunk := list(itertools.islice(rows, _CHUNK_ROWS)):
        columns = zip(*chunk, strict=True)
        arrays = [pa.array(column, field.type) for column, field in zip(columns, schema, strict=True)]
        yield pa.record_batch(arrays, schema=schema)


def _text(values: tuple[Any, ...], name: str, place: int | None, texts: set[str]) -> str | None:
    """A cell as a csv file would have it: a number as its shortest exact text, an instant in ISO form."""
    value = values[place] if place is not None and place < len(values) else None
    if value is None:
        return None
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else _decimal(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    texts.add(name)
    if isinstance(value, str):
        return value or None
    if isinstance(value, dt.datetime):
        return value.isoformat(sep=" ")
    return str(value)


def _decimal(value: float) -> str:
    """A number with a point, which cannot be taken for grouped thousands where a column has text as well."""
    written = format(Decimal(repr(value)), "f")
    return f"{written}0" if len(written.partition(".")[2]) == len("000") else written
