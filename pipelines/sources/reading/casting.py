"""Values of a shop's files in the contract's types, as SQL that casts exactly or to NULL.

Text is trimmed before it is cast, and empty text is NULL. Nothing is guessed: how numbers and dates are written is
what the shop's settings say or what a column leaves no doubt about (see `pipelines.sources.reading.evidence`). A date
without a time where an instant is due, or a fraction in a whole number, is not cast.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipelines import contract, sql
from pipelines.sources.reading import dates, decimals, instants
from pipelines.sources.reading.text_parquet import FILE, ROW

if TYPE_CHECKING:
    from pipelines.sources.reading.notation import Notation
    from pipelines.sources.reading.rows import Rows

DECIMALS: tuple[contract.ColumnType, ...] = ("money", "quantity", "rate")
_NUMBERS = ("DECIMAL", "DOUBLE", "FLOAT", "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT")
_NAIVE = r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?"
_OFFSET = r" ?(Z|UTC|[+-]\d{2}(:?\d{2})?)"
_DATE = r"\d{4}-\d{2}-\d{2}( 00:00:00)?"


def select(table: contract.Table, rows: Rows, notation: Notation) -> str:
    """SQL that delivers `_file`, `_row` and the table's columns in the contract's types; an absent column is NULL."""
    columns = [f"{value(column, rows, notation)} as {sql.identifier(column.name)}" for column in table.columns]
    return f"select {rows.number} as {FILE}, {ROW}, {', '.join(columns)} from {rows.relation}"


def select_nothing(table: contract.Table) -> str:
    """SQL with the columns of `select` for a table that the shop does not have."""
    columns = [f"null::{contract.DUCKDB_TYPES[column.type]} as {column.name}" for column in table.columns]
    return f"select 0 as {FILE}, 0 as {ROW}, {', '.join(columns)} where false"


def is_direct(column: contract.Column, rows: Rows) -> bool:
    """Whether every value of the file's type has one of the contract's type."""
    given = rows.columns[column.name]
    if column.type == "instant":
        return given.startswith("TIMESTAMP")
    return column.type == "text" or given == contract.DUCKDB_TYPES[column.type]


def value(column: contract.Column, rows: Rows, notation: Notation) -> str:
    """SQL for the column's value; NULL where it cannot be cast."""
    given = rows.columns.get(column.name)
    target = contract.DUCKDB_TYPES[column.type]
    quoted = sql.identifier(column.name)
    if given is None:
        return f"null::{target}"
    if column.type == "text":
        return _id_text(quoted, given)
    if column.type == "instant":
        return _instant(column, given, notation)
    if given == target:
        return quoted
    if column.type in DECIMALS:
        if given.startswith(_NUMBERS):
            return f"try_cast({quoted} as {target})"
        form = notation.form(column.name) if rows.is_text(column.name) else decimals.Form()
        return f"try_cast({decimals.plain(text(column), form)} as {target})"
    return _parsed(column, notation)


def naive(column: contract.Column, given: str, notation: Notation) -> str:
    """SQL for a time without an offset, as it is written; NULL where there is an offset, or no time of day.

    Args:
        column: A column of instants.
        given: Its type in the file.
        notation: How the shop writes.
    """
    if given == "TIMESTAMP WITH TIME ZONE":
        return "null::timestamp"
    if given.startswith("TIMESTAMP"):
        return f"{sql.identifier(column.name)}::timestamp"
    written = text(column)
    in_iso = f"when regexp_full_match({written}, {sql.text(_NAIVE)}) then try_cast({written} as timestamp)"
    date_format = notation.date_formats.get(column.name)
    otherwise = f"else {dates.moment(written, date_format)} " if date_format else ""
    return f"(case {in_iso} {otherwise}end)"


def text(column: contract.Column) -> str:
    """SQL for the text of a column, trimmed."""
    return f"trim({sql.identifier(column.name)}::varchar)"


def day(column: contract.Column, notation: Notation) -> str:
    """SQL for a date without a time of day, as a naive timestamp; NULL where it is something else."""
    written = text(column)
    in_iso = f"when regexp_full_match({written}, {sql.text(_DATE)}) then try_cast({written} as timestamp)"
    date_format = notation.date_formats.get(column.name)
    otherwise = f"else {dates.day(written, date_format)} " if date_format else ""
    return f"(case {in_iso} {otherwise}end)"


def is_day(written: str, date_format: str | None) -> bool:
    """Whether a text is a date without a time of day."""
    if re.fullmatch(_DATE, written.strip()):
        return True
    return date_format is not None and dates.is_day(written, date_format)


def _id_text(quoted: str, given: str) -> str:
    if given in ("DOUBLE", "FLOAT"):
        # Whole numbers with an empty cell among them become fractions in many tools: 13085.0.
        return f"if({quoted} = trunc({quoted}), {quoted}::bigint::varchar, {quoted}::varchar)"
    return f"nullif({quoted}::varchar, '')"


def _instant(column: contract.Column, given: str, notation: Notation) -> str:
    """SQL for an instant in UTC."""
    if given == "TIMESTAMP WITH TIME ZONE":
        return f"{sql.identifier(column.name)} at time zone 'UTC'"
    unzoned = naive(column, given, notation)
    local = instants.as_utc(unzoned, notation.zone)
    if given.startswith("TIMESTAMP"):
        return local
    written = text(column)
    joined = f"replace(replace({written}, ' +', '+'), ' -', '-')"
    only_day = day(column, notation)
    # A day is one of the shop's own, whatever zone the files write times in.
    begins = instants.as_utc(only_day, notation.shop_zone) if notation.is_day_enough else "null"
    return (
        f"case when regexp_full_match({written}, {sql.text(_NAIVE + _OFFSET)}) "
        f"then try_cast({joined} as timestamptz) at time zone 'UTC' "
        f"when {unzoned} is not null then {local} else {begins} end"
    )


def _parsed(column: contract.Column, notation: Notation) -> str:
    written = text(column)
    # DuckDB alone would round 1.5 to a whole number.
    if column.type == "integer":
        return f"case when regexp_full_match({written}, '[+-]?\\d+(\\.0+)?') then try_cast({written} as bigint) end"
    if column.type == "date":
        return f"{day(column, notation)}::date"
    is_true, is_false = (f"lower({written}) in {words}" for words in (("true", "1", "yes"), ("false", "0", "no")))
    return f"case when {is_true} then true when {is_false} then false end"
