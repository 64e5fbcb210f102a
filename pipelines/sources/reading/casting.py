"""Values of a shop's files in the contract's types: SQL that casts exactly, and sentences about what cannot be cast.

Text is trimmed before it is cast, and empty text is NULL. Nothing is guessed: a decimal comma that no setting allows,
a date without a time where an instant is due, or a fraction in a whole number is an error.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pipelines import contract, sql
from pipelines.sources.reading import decimals, instants
from pipelines.sources.reading.text_parquet import ROW

if TYPE_CHECKING:
    from collections.abc import Iterator

    import duckdb

    from pipelines.sources.reading.rows import Rows

_DECIMALS: tuple[contract.ColumnType, ...] = ("money", "quantity", "rate")
_NUMBERS = ("DECIMAL", "DOUBLE", "FLOAT", "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT")
_NAIVE = r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?"
_OFFSET = r" ?(Z|UTC|[+-]\d{2}(:?\d{2})?)"
_DATE = r"\d{4}-\d{2}-\d{2}( 00:00:00)?"

_EXPECTED: dict[contract.ColumnType, str] = {
    "money": "an amount",
    "quantity": "a number",
    "rate": "a rate",
    "integer": "a whole number",
    "instant": "an instant. Write 2024-03-31 14:05:00, with Z or an offset (+02:00); without one it is {clock}",
    "date": "a date. Write 2024-03-31",
    "flag": "a flag. Write true or false (also 1 and 0, yes and no)",
}
_HOW_TO_WRITE = {
    None: (
        "Write decimals with a point and thousands without a separator: 1234.5. If all decimals of the shop's files "
        'follow a comma, add decimal_mark = "," to [source]'
    ),
    ".": 'With decimal_mark = "." in [source], write 1234.5 or 1,234.5',
    ",": 'With decimal_mark = "," in [source], write 1234,5 or 1.234,5',
}

# Of a column with wrong values: enough to see what they have in common.
_SHOWN_VALUES = 4


@dataclass(frozen=True)
class Notation:
    """How a shop writes what text alone leaves open.

    Attributes:
        zone: The IANA zone of instants without an offset; None for UTC.
        decimal_mark: The sign before the decimals; None for a point, and thousands without a separator.
    """

    zone: str | None
    decimal_mark: decimals.DecimalMark | None


def select(table: contract.Table, rows: Rows, notation: Notation) -> str:
    """SQL that delivers `_row` and the table's columns in the contract's types; an absent column is NULL."""
    columns = [
        f"{_value(column, rows.columns.get(column.name), notation)} as {column.name}" for column in table.columns
    ]
    return f"select {ROW}, {', '.join(columns)} from {rows.relation}"


def select_nothing(table: contract.Table) -> str:
    """SQL with the columns of `select` for a table that the shop does not have."""
    columns = [f"null::{contract.DUCKDB_TYPES[column.type]} as {column.name}" for column in table.columns]
    return f"select 0 as {ROW}, {', '.join(columns)} where false"


def uncastable_values(
    db: duckdb.DuckDBPyConnection, table: contract.Table, rows: Rows, notation: Notation
) -> Iterator[str]:
    """A sentence for each column with values that are not what it should hold.

    It names file, row, column and value of the first, how to write it, and how many there are.
    """
    wrong = _wrong_values(table, rows, notation)
    if not wrong:
        return
    facts = ", ".join(
        f"count_if({condition}), min({{_row: {ROW}, text: {sql.identifier(column.name)}::varchar}}, {_SHOWN_VALUES}) "
        f"filter (where {condition})"
        for column, condition in wrong.items()
    )
    values = db.execute(f"select {facts} from {rows.relation}").fetchone() or ()
    for column, count, shown in zip(wrong, values[::2], values[1::2], strict=True):
        if count:
            first, *others = shown
            yield (
                f"{rows.path}: row {first['_row']}, column {column.name}: {first['text']!r} is not "
                f"{_expected(column.type, notation)}.{_more(count, others)}"
            )


def rows_with_uncastable_values(table: contract.Table, rows: Rows, notation: Notation) -> str | None:
    """SQL for `_row` of the rows that `uncastable_values` is about; None if every value has the right type."""
    conditions = _wrong_values(table, rows, notation).values()
    return f"select {ROW} from {rows.relation} where {' or '.join(conditions)}" if conditions else None


def _wrong_values(table: contract.Table, rows: Rows, notation: Notation) -> dict[contract.Column, str]:
    """For each column that may hold something else, SQL for whether a row's value is that."""
    return {
        column: f"({_text(column)} <> '' and ({_value(column, rows.columns[column.name], notation)}) is null)"
        for column in table.columns
        if column.name in rows.columns and not _is_direct(column, rows.columns[column.name])
    }


def _more(count: int, others: list[dict[str, Any]]) -> str:
    """How many values of the column are wrong beside the first."""
    if not others:
        return ""
    shown = ", ".join(f"row {other['_row']}: {other['text']!r}" for other in others)
    rest = " and others" if count > 1 + len(others) else ""
    return f" {count:,} values of this column are wrong; the next: {shown}{rest}."


def open_readings(
    db: duckdb.DuckDBPyConnection, table: contract.Table, rows: Rows, notation: Notation
) -> Iterator[str]:
    """A sentence for each column of amounts or quantities in which every point may as well group thousands.

    There is none if the shop's settings say what its decimal mark is.
    """
    columns = [column for column in _read_as_text(table, rows) if column.type in ("money", "quantity")]
    if notation.decimal_mark is not None or not columns:
        return
    found = [decimals.evidence(_text(column), allows_fixed_decimals=column.type == "quantity") for column in columns]
    facts = ", ".join(f"{evidence.is_open}, {evidence.example}" for evidence in found)
    values = db.execute(f"select {facts} from {rows.relation}").fetchone() or ()
    for column, is_open, example in zip(columns, values[::2], values[1::2], strict=True):
        if is_open:
            with_point, grouped = decimals.readings(example)
            yield (
                f"{rows.path}: column {column.name}: {example} may be {with_point} or {grouped}, and every other value "
                f'of this column leaves it open too. Add decimal_mark = "." to [source] if it is {with_point}, or '
                f'decimal_mark = "," if it is {grouped}.'
            )


def clock_changes(
    db: duckdb.DuckDBPyConnection, table: contract.Table, rows: Rows, notation: Notation
) -> Iterator[str]:
    """Sentences about the local times that the clock shows twice or never, one for each column and kind."""
    columns = [column for column in table.columns if column.type == "instant" and column.name in rows.columns]
    zone = notation.zone
    if zone is None or not columns:
        return
    naive = [_naive(column, rows.columns[column.name]) for column in columns]
    facts = ", ".join(
        f"count_if({instants.is_repeated(n, zone)}), count_if({instants.is_missing(n, zone)})" for n in naive
    )
    counts = db.execute(f"select {facts} from {rows.relation}").fetchone() or ()
    for column, repeated, missing in zip(columns, counts[::2], counts[1::2], strict=True):
        if repeated:
            yield (
                f"{rows.path}: column {column.name}: {_times(repeated)} without an offset in the hour that the clock "
                f"of {zone} shows twice in autumn; taken as the first."
            )
        if missing:
            yield (
                f"{rows.path}: column {column.name}: {_times(missing)} without an offset in the hour that the clock "
                f"of {zone} leaves out in spring; moved on with the clock. If the files are in UTC, set "
                'naive_instants = "utc" in [source].'
            )


def _times(count: int) -> str:
    return "1 time" if count == 1 else f"{count:,} times"


def _expected(kind: contract.ColumnType, notation: Notation) -> str:
    words = _EXPECTED[kind].format(clock=f"local time in {notation.zone}" if notation.zone else "UTC")
    return f"{words}. {_HOW_TO_WRITE[notation.decimal_mark]}" if kind in _DECIMALS else words


def _read_as_text(table: contract.Table, rows: Rows) -> list[contract.Column]:
    return [column for column in table.columns if rows.columns.get(column.name) == "VARCHAR"]


def _is_direct(column: contract.Column, given: str) -> bool:
    """Whether every value of the given type has one of the contract's type."""
    if column.type == "instant":
        return given.startswith("TIMESTAMP")
    return column.type == "text" or given == contract.DUCKDB_TYPES[column.type]


def _value(column: contract.Column, given: str | None, notation: Notation) -> str:
    """SQL for the column's value; NULL where it cannot be cast."""
    target = contract.DUCKDB_TYPES[column.type]
    quoted = sql.identifier(column.name)
    if given is None:
        return f"null::{target}"
    if column.type == "text":
        return _id_text(quoted, given)
    if column.type == "instant":
        return _instant(column, given, notation.zone)
    if given == target:
        return quoted
    if given.startswith(_NUMBERS) and column.type in _DECIMALS:
        return f"try_cast({quoted} as {target})"
    return _parsed(column.type, _text(column), notation)


def _id_text(quoted: str, given: str) -> str:
    if given in ("DOUBLE", "FLOAT"):
        # Whole numbers with an empty cell among them become fractions in many tools: 13085.0.
        return f"if({quoted} = trunc({quoted}), {quoted}::bigint::varchar, {quoted}::varchar)"
    return f"nullif({quoted}::varchar, '')"


def _instant(column: contract.Column, given: str, zone: str | None) -> str:
    """SQL for an instant in UTC."""
    if given == "TIMESTAMP WITH TIME ZONE":
        return f"{sql.identifier(column.name)} at time zone 'UTC'"
    local = instants.as_utc(_naive(column, given), zone)
    if given.startswith("TIMESTAMP"):
        return local
    text = _text(column)
    joined = f"replace(replace({text}, ' +', '+'), ' -', '-')"
    return (
        f"case when regexp_full_match({text}, {sql.text(_NAIVE)}) then {local} "
        f"when regexp_full_match({text}, {sql.text(_NAIVE + _OFFSET)}) "
        f"then try_cast({joined} as timestamptz) at time zone 'UTC' end"
    )


def _naive(column: contract.Column, given: str) -> str:
    """SQL for a time without an offset, as it is written; NULL where there is an offset."""
    if given == "TIMESTAMP WITH TIME ZONE":
        return "null::timestamp"
    if given.startswith("TIMESTAMP"):
        return f"{sql.identifier(column.name)}::timestamp"
    text = _text(column)
    return f"(case when regexp_full_match({text}, {sql.text(_NAIVE)}) then try_cast({text} as timestamp) end)"


def _parsed(kind: contract.ColumnType, text: str, notation: Notation) -> str:
    # DuckDB alone would round 1.5 to a whole number, and take a date for an instant.
    if kind in _DECIMALS:
        return f"try_cast({decimals.plain(text, notation.decimal_mark)} as {contract.DUCKDB_TYPES[kind]})"
    if kind == "integer":
        return f"case when regexp_full_match({text}, '[+-]?\\d+(\\.0+)?') then try_cast({text} as bigint) end"
    if kind == "date":
        return f"case when regexp_full_match({text}, {sql.text(_DATE)}) then try_cast({text} as date) end"
    is_true, is_false = (f"lower({text}) in {words}" for words in (("true", "1", "yes"), ("false", "0", "no")))
    return f"case when {is_true} then true when {is_false} then false end"


def _text(column: contract.Column) -> str:
    return f"trim({sql.identifier(column.name)}::varchar)"
