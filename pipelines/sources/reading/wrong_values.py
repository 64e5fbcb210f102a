"""Sentences about values of a shop's files that cannot be what their column should hold, or that the clock moved."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from pipelines import contract, sql
from pipelines.sources.reading import casting, instants
from pipelines.sources.reading.rows import names
from pipelines.sources.reading.text_parquet import ROW

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import duckdb

    from pipelines.sources.reading.notation import Notation
    from pipelines.sources.reading.rows import Rows

_EXPECTED: dict[contract.ColumnType, str] = {
    "money": "an amount",
    "quantity": "a number",
    "rate": "a rate",
    "integer": "a whole number",
    "instant": "an instant. Write 2024-03-31 14:05:00, with Z or an offset (+02:00); without one it is {clock}",
    "date": "a date. Write 2024-03-31",
    "flag": "a flag. Write true or false (also 1 and 0, yes and no)",
}
_ASKED_FOR = {
    ".": 'With decimal_mark = "." in [source], write 1234.5 or 1,234.5',
    ",": 'With decimal_mark = "," in [source], write 1234,5 or 1.234,5',
}
_FOUND = {
    None: "Write decimals with a point and thousands without a separator: 1234.5",
    ".": "Most of this column has a decimal point: write 1234.5 or 1,234.5",
    ",": "Most of this column has a decimal comma: write 1234,5 or 1.234,5",
}

# Of a column with wrong values: enough to see what they have in common.
_SHOWN_VALUES = 4


def uncastable_values(
    db: duckdb.DuckDBPyConnection, table: contract.Table, files: Sequence[Rows], notation: Notation
) -> Iterator[str]:
    """A sentence for each column with values that are not what it should hold.

    It names file, row, column and value of the first, how to write it, and how many there are.
    """
    found: dict[contract.Column, list[tuple[Rows, int, list[dict[str, Any]]]]] = {}
    for rows in files:
        wrong = _conditions(table, rows, notation)
        facts = ", ".join(
            f"count_if({condition}), min({{_row: {ROW}, text: {sql.identifier(column.name)}::varchar}}, "
            f"{_SHOWN_VALUES}) filter (where {condition})"
            for column, condition in wrong.items()
        )
        values = (db.execute(f"select {facts} from {rows.relation}").fetchone() or ()) if facts else ()
        for column, count, shown in zip(wrong, values[::2], values[1::2], strict=True):
            if count:
                found.setdefault(column, []).append((rows, count, shown))
    for column in (column for column in table.columns if column in found):
        rows, _, (first, *others) = found[column][0]
        count = sum(in_file for _, in_file, _ in found[column])
        yield (
            f"{rows.path}: row {first['_row']}, column {column.name}: {first['text']!r} is not "
            f"{_expected(column, first['text'], notation)}.{_more(count, others, len(found[column]))}"
        )


def rows_with_uncastable_values(table: contract.Table, files: Sequence[Rows], notation: Notation) -> str | None:
    """SQL for `_file` and `_row` of the rows that `uncastable_values` is about; None if every value is right."""
    conditions = {rows: list(_conditions(table, rows, notation).values()) for rows in files}
    queries = [
        f"select {rows.number}, {ROW} from {rows.relation} where {' or '.join(wrong)}"
        for rows, wrong in conditions.items()
        if wrong
    ]
    return " union all ".join(queries) or None


def clock_changes(
    db: duckdb.DuckDBPyConnection, table: contract.Table, files: Sequence[Rows], notation: Notation
) -> Iterator[str]:
    """Sentences about the local times that the clock shows twice or never, one for each column and kind."""
    zone = notation.zone
    for column in table.columns:
        having = [rows for rows in files if column.name in rows.columns]
        if zone is None or column.type != "instant" or not having:
            continue
        repeated = missing = 0
        for rows in having:
            naive = casting.naive(column, rows.columns[column.name], notation)
            facts = f"count_if({instants.is_repeated(naive, zone)}), count_if({instants.is_missing(naive, zone)})"
            counts = db.execute(f"select {facts} from {rows.relation}").fetchone() or (0, 0)
            repeated, missing = repeated + (counts[0] or 0), missing + (counts[1] or 0)
        where = f"{names([rows.path for rows in having])}: column {column.name}"
        if repeated:
            yield (
                f"{where}: {_times(repeated)} without an offset in the hour that the clock of {zone} shows twice in "
                "autumn; taken as the first."
            )
        if missing:
            yield (
                f"{where}: {_times(missing)} without an offset in the hour that the clock of {zone} leaves out in "
                'spring; moved on with the clock. If the files are in UTC, set naive_instants = "utc" in [source].'
            )


def _conditions(table: contract.Table, rows: Rows, notation: Notation) -> dict[contract.Column, str]:
    """For each column that may hold something else, SQL for whether a row's value is that."""
    return {
        column: f"({casting.text(column)} <> '' and ({casting.value(column, rows, notation)}) is null)"
        for column in table.columns
        if column.name in rows.columns and not casting.is_direct(column, rows)
    }


def _more(count: int, others: list[dict[str, Any]], file_count: int) -> str:
    """How many values of the column are wrong beside the first."""
    if count == 1:
        return ""
    shown = ", ".join(f"row {other['_row']}: {other['text']!r}" for other in others)
    where = f" in {file_count:,} files" if file_count > 1 else ""
    rest = " and others" if count > 1 + len(others) else ""
    following = f"; the next: {shown}{rest}" if shown else ""
    return f" {count:,} values of this column are wrong{where}{following}."


def _times(count: int) -> str:
    return "1 time" if count == 1 else f"{count:,} times"


def _expected(column: contract.Column, written: str, notation: Notation) -> str:
    words = _EXPECTED[column.type].format(clock=f"local time in {notation.zone}" if notation.zone else "UTC")
    if column.type in casting.DECIMALS:
        asked_for = notation.decimal_mark
        form = notation.form(column.name)
        return (
            f"{words}. {_ASKED_FOR[asked_for] if asked_for else _FOUND[form.mark]}{_signs(column, written, notation)}"
        )
    if column.type == "instant" and casting.is_day(written, notation.date_formats.get(column.name)):
        return f"{words}. If the files give days only, add day_only = true to [source]"
    if column.type in ("instant", "date") and any(sign.isdigit() for sign in written):
        return f"{words}. If all dates are written like this one, say how: date_format in [source]"
    return words


def _signs(column: contract.Column, written: str, notation: Notation) -> str:
    """Which signs of a currency are taken, if there is another one or a word."""
    if column.type != "money" or re.fullmatch(r"[\d\s.,+-]*", written):
        return ""
    return f"; {' or '.join(notation.currency_signs)} may stand before or after it"
