"""Online Retail II: every invoice line of a gift shop in the United Kingdom, December 2009 to December 2011.

Chen, D. (2019), UCI Machine Learning Repository, doi 10.24432/C5CG6D. This module reads the file, whatever its format,
into one table `file_rows`. The module `rules` decides what each row means, `tables` makes the contract's tables of it,
and docs/decisions.md says both in plain words.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines import sql
from pipelines.errors import SourceError
from pipelines.settings.paths import ExistingFile
from pipelines.settings.source_kinds import SourceKind, SourceSection
from pipelines.sources.online_retail import rules, tables
from pipelines.sources.reading.rows import Rows, open_rows, reading
from pipelines.sources.reading.text_parquet import POSITION, ROW, SHEET
from pipelines.sources.staged import StagedShop

if TYPE_CHECKING:
    import datetime as dt
    from pathlib import Path

    import duckdb

# Our name for each column, and the names in circulation: first UCI's, then those of an older edition and of copies.
COLUMNS = {
    "invoice": ("Invoice", "InvoiceNo"),
    "stock_code": ("StockCode",),
    "description": ("Description",),
    "quantity": ("Quantity",),
    "invoiced_at": ("InvoiceDate",),
    "price": ("Price", "UnitPrice"),
    "customer_id": ("Customer ID", "CustomerID", "Customer_ID"),
    "country": ("Country",),
}

# The day formats found in csv copies of the file, once every separator is a slash. %y is tried first, because %Y also
# reads two digits, as a year of the first century.
DAY_FORMATS = {
    "year/month/day": ("%Y/%m/%d",),
    "month/day/year": ("%m/%d/%y", "%m/%d/%Y"),
    "day/month/year": ("%d/%m/%y", "%d/%m/%Y"),
}
TIME_FORMATS = ("%H:%M", "%H:%M:%S", "%I:%M %p", "%I:%M:%S %p")


class OnlineRetailSource(SourceSection):
    """`[source]` of the UCI Online Retail II file."""

    path: ExistingFile
    """The file, as xlsx, csv or parquet. A path that is not absolute starts at the project's root."""


class OnlineRetail(StagedShop):
    """The UCI Online Retail II file, as xlsx (both sheets), csv or Parquet."""

    def _stage(self, db: duckdb.DuckDBPyConnection, folder: Path) -> None:
        source = self._settings.source
        assert isinstance(source, OnlineRetailSource)
        rows = _open(db, source.path, folder)
        names = _names(rows)
        with reading(source.path):
            _require_numbers(db, rows, names)
            _make_file_rows(db, rows, names, self._settings.shop.as_of)
        for warning in rules.classify(db, self._settings.shop):
            self._warn(f"{source.path}: {warning}")
        tables.make(db)
        db.execute("drop table file_rows")


KIND = SourceKind(
    OnlineRetailSource,
    OnlineRetail,
    "The file Online Retail II of the UCI Machine Learning Repository (doi 10.24432/C5CG6D): two years of a British "
    "gift shop. Download it there.",
)


def _open(db: duckdb.DuckDBPyConnection, path: Path, folder: Path) -> Rows:
    return open_rows(db, path, folder, required={"StockCode", "Description", "Quantity", "InvoiceDate", "Country"})


def _names(rows: Rows) -> dict[str, str]:
    """The file's name for each of our columns."""
    found = {}
    for name, variants in COLUMNS.items():
        present = [variant for variant in variants if variant in rows.columns]
        if not present:
            raise SourceError(
                f"{rows.path}: the column {' or '.join(variants)} is missing. Found: {', '.join(rows.columns)}. "
                "The file must have the columns of Online Retail II as UCI publishes it."
            )
        found[name] = present[0]
    return found


def _make_moments(db: duckdb.DuckDBPyConnection, rows: Rows, column: str) -> None:
    """Make the table `moments`: each text of the date column with the local time that it means.

    The order of day, month and year is decided over the whole file: the one in which every date can be read.
    """
    given = sql.identifier(column)
    names = {order: sql.identifier(order) for order in DAY_FORMATS}
    readings = ",\n".join(f"{_moment(formats)} as {names[order]}" for order, formats in DAY_FORMATS.items())
    db.execute(f"""
        create table readings as
        select said, {readings}, first_row
        from (
            select
                {given} as said,
                replace(translate(trim({given}), '-.T', '// '), '  ', ' ') as plain,
                min({ROW}) as first_row
            from {rows.relation}
            where trim({given}) <> ''
            group by all
        )
    """)
    tallies = db.execute(
        f"select count(*), {', '.join(f'count({name})' for name in names.values())} from readings"
    ).fetchone() or (0,)
    complete = [order for order, tally in zip(DAY_FORMATS, tallies[1:], strict=True) if tally == tallies[0]]
    if not complete:
        best = max(zip(tallies[1:], DAY_FORMATS, strict=True))[1]
        said, row = db.execute(
            f"select said, first_row from readings where {names[best]} is null order by first_row"
        ).fetchone() or ("", 0)
        raise SourceError(
            f"{rows.path}: row {row}, column {column}: {said!r} is not a date and time written {best}, as most others "
            "are. Write all dates alike, best as 2009-12-01 07:45."
        )
    chosen, *others = complete
    for other in others:
        example = db.execute(
            f"select said from readings where {names[chosen]} <> {names[other]} order by first_row limit 1"
        ).fetchone()
        if example:
            raise SourceError(
                f"{rows.path}: column {column}: {example[0]!r} and all other dates can be read as {chosen} and as "
                f"{other}. Write the dates as 2009-12-01 07:45."
            )
    db.execute(f"create table moments as select said, {names[chosen]} as local_at from readings")


def _moment(day_formats: tuple[str, ...]) -> str:
    formats = ", ".join(sql.text(f"{day} {time}") for day in day_formats for time in TIME_FORMATS)
    parsed = f"try_strptime(plain, [{formats}])"
    return f"case when year({parsed}) >= 1990 then {parsed} end"


def _require_numbers(db: duckdb.DuckDBPyConnection, rows: Rows, names: dict[str, str]) -> None:
    for name, expected in (("quantity", "a whole number of pieces"), ("price", "a price with a point, as 12.50")):
        column = sql.identifier(names[name])
        wrong = db.execute(f"""
            select {ROW}, {column}
            from {rows.relation}
            where trim({column}::varchar) <> '' and {_number(column)} is null
                {f"or {_number(column)} <> {_whole_number(column)}" if name == "quantity" else ""}
            order by {POSITION}
            limit 1
        """).fetchone()
        if wrong:
            raise SourceError(f"{rows.path}: row {wrong[0]}, column {names[name]}: {wrong[1]!r} is not {expected}.")


def _number(column: str) -> str:
    # The decimals of the file: the binary fractions of its Parquet form are rounded to the nearest 4 decimals.
    return f"try_cast({column} as decimal(18, 4))"


def _whole_number(column: str) -> str:
    return f"try_cast({column} as decimal(14, 0))"


def _make_file_rows(db: duckdb.DuckDBPyConnection, rows: Rows, names: dict[str, str], as_of: dt.date | None) -> None:
    """Make `file_rows`: one row for each row of the file, cleaned of blanks, in the order of the file.

    The file is a record of the past. Where the settings pretend that today is an earlier day, what came later is not
    there yet.
    """

    def text(name: str) -> str:
        return f"nullif(trim({sql.identifier(names[name])}::varchar), '')"

    quantity, price, moment = (sql.identifier(names[name]) for name in ("quantity", "price", "invoiced_at"))
    if rows.columns[names["invoiced_at"]] == "VARCHAR":
        _make_moments(db, rows, names["invoiced_at"])
        local_at = "moments.local_at"
        relation = f"{rows.relation} as source left join moments on source.{moment} = moments.said"
    else:
        local_at, relation = f"{moment}::timestamp", rows.relation
    sheet = next((sql.identifier(name) for name in (SHEET, "sheet") if name in rows.columns), "null::varchar")
    db.execute(f"""
        create table file_rows as
        select
            {POSITION} as position,
            {sheet} as sheet,
            {text("invoice")} as invoice,
            -- 84596F and 84596f are one article.
            upper({text("stock_code")}) as code,
            {text("description")} as description,
            {_whole_number(quantity)} as quantity,
            {local_at} as local_at,
            {_number(price)} as price,
            {_whole_number(quantity)} * {_number(price)} as amount,
            -- Numbers with an empty cell among them become fractions in many tools: 13085.0.
            regexp_replace({text("customer_id")}, '\\.0$', '') as customer_id,
            {text("country")} as country
        from {relation}
        where {f"{local_at} < {sql.date(as_of)} or {local_at} is null" if as_of else "true"}
    """)
