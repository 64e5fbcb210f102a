"""A folder of contract tables as csv or Parquet files: the way in for any shop, and for tests.

`orders` and `order_lines` are compulsory; the other tables of the contract are optional. Values are cast to the
contract's types, exactly or not at all. Every file is cast once, into temporary Parquet files sorted by day, so that a
large shop never has to fit into memory.
"""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Literal

from pipelines import contract, sql
from pipelines.errors import SourceError
from pipelines.settings.paths import ExistingFolder
from pipelines.settings.source_kinds import SourceKind, SourceSection
from pipelines.sources.files import unreadable
from pipelines.sources.files.days import ORDER_DAYS, Days
from pipelines.sources.reading import casting, countries
from pipelines.sources.reading.decimals import DecimalMark
from pipelines.sources.reading.rows import Rows, open_rows, reading
from pipelines.sources.reading.text_parquet import ROW
from pipelines.sources.source import Examinable, Fault
from pipelines.sources.staged import StagedShop

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    import duckdb

    from pipelines.settings import Settings

SUFFIXES = (".csv", ".parquet")

_SHOWN_COUNTRIES = 5


class FilesSource(SourceSection):
    """`[source]` of a folder with contract tables."""

    path: ExistingFolder
    """The folder with the files. A path that is not absolute starts at the project's root."""

    naive_instants: Literal["local", "utc"] = "local"
    """What a date and time without an offset is: `local` time in `shop.timezone`, or `utc`. A local time in the hour
    that the clock shows twice in autumn is the first; one in the hour that it leaves out in spring is moved on by an
    hour. Both are counted in a warning."""

    decimal_mark: DecimalMark | None = None
    """The sign before the decimals of amounts, quantities and rates, `.` or `,`; the other may then group thousands.
    Without this setting it is a point and nothing groups thousands. A column of amounts in which every point could as
    well group thousands (`3.540` may be 3.54 or 3540) is then refused."""


class Files(StagedShop, Examinable):
    """The contract's tables in a folder, as they are. What cannot be read is collected, and refused all at once."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        source = settings.source
        assert isinstance(source, FilesSource)
        self._section = source
        self._notation = casting.Notation(
            zone=settings.shop.timezone if source.naive_instants == "local" else None,
            decimal_mark=source.decimal_mark,
        )
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
        paths = self._find(self._section.path)
        cast = {name: rows for name, path in paths.items() if (rows := self._cast(db, name, path, folder))}
        if self._faults:
            self._refuse(cast)
            unreadable.leave_out(db, cast, self._notation)
        for table in contract.ORDER_TABLES:
            if table.name not in cast:
                db.execute(f"create or replace view {table.name}_cast as {casting.select_nothing(table)}")
        days = Days(self._settings)
        for table in contract.ORDER_TABLES:
            with reading(paths.get(table.name, self._section.path)):
                # Sorted, so that a window of days reads its own part of the file only.
                _store(db, table.name, f"{days.select(table)} order by order_date", folder)
            if table is contract.ORDERS:
                db.execute(ORDER_DAYS)
        for table in contract.KEYED_TABLES:
            if table.name in cast:
                with reading(paths[table.name]):
                    _store(db, table.name, f"select * exclude ({ROW}) from {table.name}_cast", folder)
        db.execute(days.count())

    def _fault(self, text: str, missing_column: tuple[str, str] | None = None) -> None:
        self._faults.append(Fault(text, missing_column))

    def _refuse(self, cast: Collection[str]) -> None:
        """Raise with all faults, unless the source is only examined and has orders and lines to go on with."""
        is_shop = all(table.name in cast for table in contract.ORDER_TABLES if table.is_compulsory)
        if not (self._is_examined and is_shop):
            raise SourceError("\n".join(fault.text for fault in self._faults))

    def _find(self, folder: Path) -> dict[str, Path]:
        """The file of each contract table that the folder has."""
        paths = {}
        for table in (*contract.ORDER_TABLES, *contract.KEYED_TABLES):
            candidates = [folder / f"{table.name}{suffix}" for suffix in SUFFIXES]
            present = [path for path in candidates if path.is_file()]
            if len(present) > 1:
                self._fault(f"{present[0]} and {present[1]}: both are there; remove the one that is out of date.")
            elif present:
                paths[table.name] = present[0]
            elif table.is_compulsory:
                found = ", ".join(sorted(path.name for path in folder.iterdir())) or "nothing; the folder is empty"
                self._fault(f"{folder}: {candidates[0].name} or {candidates[1].name} is missing. Found: {found}.")
        return paths

    def _cast(self, db: duckdb.DuckDBPyConnection, name: str, path: Path, folder: Path) -> Rows | None:
        """Make the view `<table>_cast`: the rows of the table's file in the contract's types. None if it is no file."""
        table = contract.TABLES[name]
        try:
            rows = open_rows(db, path, folder)
            if rows.encoding == "cp1252":
                self._warn(f"{path}: is not UTF-8; read as cp1252. Save it as 'CSV UTF-8' if names look wrong.")
            self._check_columns(table, rows)
            with reading(path):
                for wrong in (casting.uncastable_values, casting.open_readings):
                    for sentence in wrong(db, table, rows, self._notation):
                        self._fault(sentence)
                db.execute(f"create view {name}_cast as {casting.select(table, rows, self._notation)}")
                self._map_countries(db, table, path)
                for sentence in casting.clock_changes(db, table, rows, self._notation):
                    self._warn(sentence)
        except SourceError as error:
            self._fault(str(error))
            return None
        return rows

    def _map_countries(self, db: duckdb.DuckDBPyConnection, table: contract.Table, path: Path) -> None:
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
                f"{path}: column country: no country's name or code ({len(unknown):,}): {shown}. "
                "They are kept as they are; write ISO 3166 two-letter codes, such as NL."
            )
        known = " ".join(f"when {sql.text(word)} then {sql.text(code)}" for word, code in codes.items() if code)
        if known:
            db.execute(f"alter view {name} rename to {table.name}_written")
            db.execute(
                f"create view {name} as select * replace (case country {known} else country end as country) "
                f"from {table.name}_written"
            )

    def _check_columns(self, table: contract.Table, rows: Rows) -> None:
        """A required column that is missing is an error; one that the contract does not know is a warning."""
        found = list(rows.columns)
        unknown = [name for name in found if name not in table.column_names]
        for column in table.columns:
            if column.required and column.name not in found:
                near = difflib.get_close_matches(column.name, unknown, n=1)
                hint = f"Rename {near[0]!r}, if that is it." if near else f"Add it to the export: {column.description}"
                self._fault(
                    f"{rows.path}: the column {column.name!r} is missing. {hint} Found: {', '.join(found)}.",
                    (table.name, column.name),
                )
        if unknown:
            self._warn(f"{rows.path}: columns left out, since the contract does not know them: {', '.join(unknown)}.")


KIND = SourceKind(
    FilesSource,
    Files,
    "A folder with the tables of the [contract](data_dictionary.md), each as `<table>.csv` or `<table>.parquet`. "
    "`orders` and `order_lines` must be there; the others are optional.",
)


def _store(db: duckdb.DuckDBPyConnection, name: str, query: str, folder: Path) -> None:
    """Write a query's rows to a temporary Parquet file and show them as a view."""
    target = sql.text(folder / f"{name}_staged.parquet")
    db.execute(f"copy ({query}) to {target} (format parquet, compression lz4)")
    db.execute(f"create view {name} as select * from read_parquet({target})")
