"""The contract's tables as csv, xlsx or Parquet files: the way in for any shop, and for tests.

`orders` and `order_lines` are compulsory; the other tables of the contract are optional. A table may lie in several
files. Values are cast to the contract's types, exactly or not at all. Every file is cast once, into temporary Parquet
files sorted by day, so that a large shop never has to fit into memory.
"""

from __future__ import annotations

import difflib
from dataclasses import replace
from typing import TYPE_CHECKING

from pipelines import contract, sql
from pipelines.errors import SourceError
from pipelines.settings.source_kinds import SourceKind
from pipelines.sources.files import unreadable
from pipelines.sources.files.days import ORDER_DAYS, Days
from pipelines.sources.files.tables import Place, find
from pipelines.sources.files.unreadable import Cast
from pipelines.sources.reading import casting, countries, evidence, wrong_values
from pipelines.sources.reading.options import ReadingOptions
from pipelines.sources.reading.rows import Rows, names, open_rows, reading
from pipelines.sources.reading.text_parquet import FILE, ROW, SHEET
from pipelines.sources.source import Examinable, Fault
from pipelines.sources.staged import StagedShop

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from pathlib import Path

    import duckdb

    from pipelines.settings import Settings

_SHOWN_COUNTRIES = 5


class FilesSource(ReadingOptions):
    """`[source]` of files with contract tables."""


class Files(StagedShop, Examinable):
    """The contract's tables in files, as they are. What cannot be read is collected, and refused all at once."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        source = settings.source
        assert isinstance(source, ReadingOptions)
        self._path = source.path
        self._notation = source.notation(settings.shop)
        self._is_examined = False
        self._faults: list[Fault] = []

    def examine(self) -> list[Fault]:
        """Everything in the files that a night would be refused for; what can be read is then delivered."""
        self.close()
        self._is_examined = True
        try:
            self._db()
        except SourceError as error:
            texts = [fault.text for fault in self._faults]
            raise SourceError("\n".join(texts if str(error) in "\n".join(texts) else [*texts, str(error)])) from None
        return self._faults

    def _stage(self, db: duckdb.DuckDBPyConnection, folder: Path) -> None:
        self._faults = []
        cast = self._cast_all(db, folder)
        for table in contract.ORDER_TABLES:
            if table.name not in cast:
                db.execute(f"create or replace view {table.name}_cast as {casting.select_nothing(table)}")
        days = Days(self._settings)
        for table in contract.ORDER_TABLES:
            with reading(cast[table.name].files[0].path if table.name in cast else self._path):
                # Sorted, so that a window of days reads its own part of the file only.
                _store(db, table.name, f"{days.select(table)} order by order_date", folder)
            if table is contract.ORDERS:
                db.execute(ORDER_DAYS)
        for table in contract.KEYED_TABLES:
            if table.name in cast:
                with reading(cast[table.name].files[0].path):
                    _store(db, table.name, f"select * exclude ({FILE}, {ROW}) from {table.name}_cast", folder)
        db.execute(days.count())

    def _cast_all(self, db: duckdb.DuckDBPyConnection, folder: Path) -> dict[str, Cast]:
        """Make the views `<table>_cast` of the tables that there are; returns what they were made of."""
        found = find(self._path)
        self._faults = [Fault(text) for text in found.faults]
        for text in found.warnings:
            self._warn(text)
        cast = {name: got for name, places in found.places.items() if (got := self._cast(db, name, places, folder))}
        if self._faults:
            self._refuse(cast)
            unreadable.leave_out(db, cast)
        return cast

    def _fault(self, text: str, missing_column: tuple[str, str] | None = None) -> None:
        self._faults.append(Fault(text, missing_column))

    def _refuse(self, cast: Collection[str]) -> None:
        """Raise with all faults, unless the source is only examined and has orders and lines to go on with."""
        is_shop = all(table.name in cast for table in contract.ORDER_TABLES if table.is_compulsory)
        if not (self._is_examined and is_shop):
            raise SourceError("\n".join(fault.text for fault in self._faults))

    def _cast(self, db: duckdb.DuckDBPyConnection, name: str, places: Sequence[Place], folder: Path) -> Cast | None:
        """Make the view `<table>_cast`: the rows of the table's files in the contract's types. None: one is no file."""
        table = contract.TABLES[name]
        files = [rows for place in places if (rows := self._open(db, table, place, folder))]
        if len(files) < len(places):
            return None
        files = [replace(rows, number=number) for number, rows in enumerate(files)]
        self._check_columns(table, files)
        try:
            with reading(files[0].path):
                written, sentences = evidence.decided(db, table, files, self._notation)
                for sentence in (*wrong_values.uncastable_values(db, table, files, written), *sentences):
                    self._fault(sentence)
                selects = " union all ".join(casting.select(table, rows, written) for rows in files)
                db.execute(f"create view {name}_cast as {selects}")
                self._map_countries(db, table, names([rows.path for rows in files]))
                for sentence in wrong_values.clock_changes(db, table, files, written):
                    self._warn(sentence)
        except SourceError as error:
            self._fault(str(error))
            return None
        return Cast(files, written)

    def _open(self, db: duckdb.DuckDBPyConnection, table: contract.Table, place: Place, folder: Path) -> Rows | None:
        """The rows of one file; None, with a fault noted, if it is none that can be read."""
        # A workbook for one table may have other worksheets.
        required = [column.name for column in table.columns if column.required and place.sheet is None]
        try:
            rows = open_rows(db, place.path, folder, required, place.sheet)
        except SourceError as error:
            self._fault(str(error))
            return None
        if rows.encoding == "cp1252":
            self._warn(f"{place.path}: is not UTF-8; read as cp1252. Save it as 'CSV UTF-8' if names look wrong.")
        return rows

    def _map_countries(self, db: duckdb.DuckDBPyConnection, table: contract.Table, where: str) -> None:
        """Replace names of countries by their codes in the view; a word that is no country's stays, with a warning."""
        if "country" not in table.column_names:
            return
        name = f"{table.name}_cast"
        written = db.execute(
            f"select distinct country from {name} where not regexp_full_match(country, '[A-Z]{{2}}') order by country"
        ).fetchall()
        codes = {word: countries.code_of(word) for (word,) in written}
        unknown = [word for word, code in codes.items() if code is None]
        if unknown:
            shown = ", ".join(repr(word) for word in unknown[:_SHOWN_COUNTRIES])
            self._warn(
                f"{where}: column country: no country's name or code ({len(unknown):,}): {shown}. "
                "They are kept as they are; write ISO 3166 two-letter codes, such as NL."
            )
        known = " ".join(f"when {sql.text(word)} then {sql.text(code)}" for word, code in codes.items() if code)
        if known:
            db.execute(f"alter view {name} rename to {table.name}_written")
            db.execute(
                f"create view {name} as select * replace (case country {known} else country end as country) "
                f"from {table.name}_written"
            )

    def _check_columns(self, table: contract.Table, files: Sequence[Rows]) -> None:
        """A required column that is missing is an error; one that the contract does not know is a warning."""
        known = {*table.column_names, SHEET}
        for column in table.columns:
            without = [rows for rows in files if column.required and column.name not in rows.columns]
            if without:
                found = [name for name in without[0].columns if name != SHEET]
                near = difflib.get_close_matches(column.name, [name for name in found if name not in known], n=1)
                hint = f"Rename {near[0]!r}, if that is it." if near else f"Add it to the export: {column.description}"
                self._fault(
                    f"{names([rows.path for rows in without])}: the column {column.name!r} is missing. {hint} "
                    f"Found: {', '.join(found)}.",
                    (table.name, column.name),
                )
        unknown = {rows: [name for name in rows.columns if name not in known] for rows in files}
        having = [rows.path for rows, columns in unknown.items() if columns]
        if having:
            left_out = dict.fromkeys(name for columns in unknown.values() for name in columns)
            self._warn(
                f"{names(having)}: columns left out, since the contract does not know them: {', '.join(left_out)}."
            )


KIND = SourceKind(
    FilesSource,
    Files,
    "Files with the tables of the [contract](data_dictionary.md), each called like its table (`orders.csv`) or like it "
    "and a number or a date (`orders_2024-01.csv`), or a workbook with a worksheet for each table. `orders` and "
    "`order_lines` must be there; the others are optional.",
)


def _store(db: duckdb.DuckDBPyConnection, name: str, query: str, folder: Path) -> None:
    """Write a query's rows to a temporary Parquet file and show them as a view."""
    target = sql.text(folder / f"{name}_staged.parquet")
    db.execute(f"copy ({query}) to {target} (format parquet, compression lz4)")
    db.execute(f"create view {name} as select * from read_parquet({target})")
