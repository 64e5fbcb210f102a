"""What the columns of a table say themselves about how their numbers and dates are written."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

from pipelines.sources.reading import casting, dates, decimals
from pipelines.sources.reading.rows import names

if TYPE_CHECKING:
    from collections.abc import Sequence

    import duckdb

    from pipelines import contract
    from pipelines.sources.reading.notation import Notation
    from pipelines.sources.reading.rows import Rows


def decided(
    db: duckdb.DuckDBPyConnection, table: contract.Table, files: Sequence[Rows], notation: Notation
) -> tuple[Notation, list[str]]:
    """The notation with what the columns of a table say themselves.

    Args:
        db: The connection that reads the rows.
        table: The contract's table.
        files: The table's files; a column is written in one way in all of them.
        notation: What the settings say.

    Returns:
        The notation, and a sentence for each column that leaves open what its values mean.
    """
    forms: dict[str, decimals.Form] = {}
    date_formats: dict[str, str | None] = {}
    sentences: list[str] = []
    for column in table.columns:
        texts = [rows for rows in files if rows.is_text(column.name)]
        if not texts:
            continue
        if column.type in casting.DECIMALS:
            forms[column.name], wrong = _form(db, column, texts, notation)
            sentences += wrong
        elif column.type in ("instant", "date"):
            date_formats[column.name], wrong = _date_format(db, column, texts, notation)
            sentences += wrong
    return replace(notation, forms=forms, date_formats=date_formats), sentences


def _form(
    db: duckdb.DuckDBPyConnection, column: contract.Column, files: Sequence[Rows], notation: Notation
) -> tuple[decimals.Form, list[str]]:
    """How the numbers of a column are written, and a sentence if that is open."""
    signs = notation.currency_signs if column.type == "money" else ()
    text = casting.text(column)
    found = None
    is_signed = False
    for rows in files:
        facts = f"bool_or({decimals.has_sign(text, signs)}), {decimals.evidence(decimals.unsigned(text, signs))}"
        signed, *values = db.execute(f"select {facts} from {rows.relation}").fetchone() or ()
        is_signed |= bool(signed)
        more = decimals.Evidence(*values)
        found = more if found is None else found.added(more)
    if found is None:
        return notation.form(column.name), []
    mark = notation.decimal_mark or found.mark(never_groups=column.type == "rate")
    form = decimals.Form(mark, notation.thousands, signs if is_signed else ())
    example = None if notation.decimal_mark else found.open_value(allows_fixed_decimals=column.type == "quantity")
    if example is None or column.type == "rate":
        return form, []
    # Read in one of the two ways all the same, so that each cell is not named as well.
    form = replace(form, mark=".")
    small, large = decimals.readings(example)
    point, comma = (small, large) if "." in example else (large, small)
    return form, [
        f"{_named(files)}: column {column.name}: {example} may be {small} or {large}, and every other value of this "
        f'column leaves it open too. Add decimal_mark = "." to [source] if it is {point}, or decimal_mark = "," if it '
        f"is {comma}."
    ]


def _date_format(
    db: duckdb.DuckDBPyConnection, column: contract.Column, files: Sequence[Rows], notation: Notation
) -> tuple[str | None, list[str]]:
    """How the dates of a column are written, and a sentence if that is open."""
    if notation.date_format:
        return notation.date_format, []
    found = None
    for rows in files:
        values = db.execute(f"select {dates.evidence(casting.text(column))} from {rows.relation}").fetchone() or ()
        more = dates.Evidence(*values)
        found = more if found is None else found.added(more)
    if found is None or found.example is None or not found.is_open():
        return found.date_format() if found else None, []
    day_first, month_first = dates.formats(found.example)
    if found.is_contradictory():
        problem = "in some dates of this column only the first number can be the day, in others only the second"
        return day_first, [f"{_named(files)}: column {column.name}: {problem}. Export them again with one format."]
    first, second = dates.readings(found.example)
    # Read in one of the two ways all the same, so that each cell is not named as well.
    return day_first, [
        f"{_named(files)}: column {column.name}: {found.example.split(' ')[0]} may be {first} or {second}, and every "
        f"other value of this column leaves it open too. Add date_format = {json.dumps(day_first)} to [source] if it "
        f"is {first}, or date_format = {json.dumps(month_first)} if it is {second}."
    ]


def _named(files: Sequence[Rows]) -> str:
    return names([rows.path for rows in files])
