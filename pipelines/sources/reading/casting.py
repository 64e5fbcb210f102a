"""Values of a shop's files in the contract's types: as SQL that casts exactly, and as errors that name the cell.

Text is trimmed before it is cast, and empty text is NULL. Nothing is guessed: a decimal comma, a date without a time
where an instant is due, or a fraction in a whole number is an error.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines import contract, sql
from pipelines.errors import SourceError
from pipelines.sources.reading.text_parquet import ROW

if TYPE_CHECKING:
    import duckdb

    from pipelines.sources.reading.rows import Rows

_DECIMALS: tuple[contract.ColumnType, ...] = ("money", "quantity", "rate")
_NUMBERS = ("DECIMAL", "DOUBLE", "FLOAT", "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT")
_INSTANT = r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?( ?(Z|UTC|[+-]\d{2}(:?\d{2})?))?"
_DATE = r"\d{4}-\d{2}-\d{2}( 00:00:00)?"

_EXPECTED: dict[contract.ColumnType, str] = {
    "money": "an amount. Write decimals with a point and thousands without a separator: 1234.50",
    "quantity": "a number. Write decimals with a point and thousands without a separator: 1234.5",
    "rate": "a rate. Write decimals with a point: 0.21",
    "integer": "a whole number",
    "instant": "an instant. Write 2024-03-31 14:05:00, with Z or an offset (+02:00); without one it is UTC",
    "date": "a date. Write 2024-03-31",
    "flag": "a flag. Write true or false (also 1 and 0, yes and no)",
}


def select(table: contract.Table, rows: Rows) -> str:
    """SQL that delivers `_row` and the table's columns in the contract's types; an absent column is NULL."""
    columns = [f"{_value(column, rows.columns.get(column.name))} as {column.name}" for column in table.columns]
    return f"select {ROW}, {', '.join(columns)} from {rows.relation}"


def select_nothing(table: contract.Table) -> str:
    """SQL with the columns of `select` for a table that the shop does not have."""
    columns = [f"null::{contract.DUCKDB_TYPES[column.type]} as {column.name}" for column in table.columns]
    return f"select 0 as {ROW}, {', '.join(columns)} where false"


def require_castable(db: duckdb.DuckDBPyConnection, table: contract.Table, rows: Rows) -> None:
    """Find the first value that is not what its column should hold.

    Raises:
        SourceError: There is one; the text names file, row, column, value, and how to write it.
    """
    wrong = {
        column: f"{_text(column)} <> '' and ({_value(column, rows.columns[column.name])}) is null"
        for column in table.columns
        if column.name in rows.columns and not _is_direct(column, rows.columns[column.name])
    }
    if not wrong:
        return
    firsts = ", ".join(f"min({ROW}) filter (where {condition})" for condition in wrong.values())
    found = db.execute(f"select {firsts} from {rows.relation}").fetchone() or ()
    row, column = min(
        ((row, column) for row, column in zip(found, wrong, strict=True) if row is not None),
        key=lambda place: place[0],
        default=(None, None),
    )
    if column is None:
        return
    cell = f"select {sql.identifier(column.name)}::varchar from {rows.relation} where {ROW} = {row}"
    value = db.execute(cell).fetchone() or ("",)
    raise SourceError(f"{rows.path}: row {row}, column {column.name}: {value[0]!r} is not {_EXPECTED[column.type]}.")


def _is_direct(column: contract.Column, given: str) -> bool:
    """Whether every value of the given type has one of the contract's type."""
    if column.type == "instant":
        return given.startswith("TIMESTAMP")
    return column.type == "text" or given == contract.DUCKDB_TYPES[column.type]


def _value(column: contract.Column, given: str | None) -> str:
    """SQL for the column's value; NULL where it cannot be cast."""
    target = contract.DUCKDB_TYPES[column.type]
    quoted = sql.identifier(column.name)
    if given is None:
        return f"null::{target}"
    if column.type == "text":
        return _id_text(quoted, given)
    if given == target:
        return quoted
    if given == "TIMESTAMP WITH TIME ZONE" and column.type == "instant":
        return f"{quoted} at time zone 'UTC'"
    if given.startswith("TIMESTAMP") and column.type == "instant":
        return f"{quoted}::timestamp"
    if given.startswith(_NUMBERS) and column.type in _DECIMALS:
        return f"try_cast({quoted} as {target})"
    return _parsed(column.type, _text(column))


def _id_text(quoted: str, given: str) -> str:
    if given in ("DOUBLE", "FLOAT"):
        # Whole numbers with an empty cell among them become fractions in many tools: 13085.0.
        return f"if({quoted} = trunc({quoted}), {quoted}::bigint::varchar, {quoted}::varchar)"
    return f"nullif({quoted}::varchar, '')"


def _parsed(kind: contract.ColumnType, text: str) -> str:
    # DuckDB alone would read 1_000, round 1.5 to a whole number, and take a date for an instant.
    if kind in _DECIMALS:
        return f"case when not contains({text}, '_') then try_cast({text} as {contract.DUCKDB_TYPES[kind]}) end"
    if kind == "integer":
        return f"case when regexp_full_match({text}, '[+-]?\\d+(\\.0+)?') then try_cast({text} as bigint) end"
    if kind == "instant":
        joined = f"replace(replace({text}, ' +', '+'), ' -', '-')"
        return (
            f"case when regexp_full_match({text}, {sql.text(_INSTANT)}) "
            f"then try_cast({joined} as timestamptz) at time zone 'UTC' end"
        )
    if kind == "date":
        return f"case when regexp_full_match({text}, {sql.text(_DATE)}) then try_cast({text} as date) end"
    is_true, is_false = (f"lower({text}) in {words}" for words in (("true", "1", "yes"), ("false", "0", "no")))
    return f"case when {is_true} then true when {is_false} then false end"


def _text(column: contract.Column) -> str:
    return f"trim({sql.identifier(column.name)}::varchar)"
