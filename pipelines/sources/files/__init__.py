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
from pipelines.sources.files.days import ORDER_DAYS, Days
from pipelines.sources.reading import casting, countries
from pipelines.sources.reading.decimals import DecimalMark
from pipelines.sources.reading.rows import Rows, open_rows, reading
from pipelines.sources.reading.text_parquet import ROW
from pipelines.sources.staged import StagedShop

if TYPE_CHECKING:
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


class Files(StagedShop):
    """The contract's tables in a folder, as they are."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        source = settings.source
        assert isinstance(source, FilesSource)
        self._section = source
        self._notation = casting.Notation(
            zone=settings.shop.timezone if source.naive_instants == "local" else None,
            decimal_mark=source.decimal_mark,
        )

    def _stage(self, db: duckdb.DuckDBPyConnection, folder: Path) -> None:
        source = self._section
        paths = _find(source.path)
        for table in (*contract.ORDER_TABLES, *contract.KEYED_TABLES):
            if table.name in paths:
                self._cast(db, table, paths[table.name], folder)
            elif table.is_by_day:
                db.execute(f"create view {table.name}_cast as {casting.select_nothing(table)}")
        days = Days(self._settings)
        for table in contract.ORDER_TABLES:
            with reading(paths.get(table.name, source.path)):
                # Sorted, so that a window of days reads its own part of the file only.
                _store(db, table.name, f"{days.select(table)} order by order_date", folder)
            if table is contract.ORDERS:
                db.execute(ORDER_DAYS)
        for table in contract.KEYED_TABLES:
            if table.name in paths:
                with reading(paths[table.name]):
                    _store(db, table.name, f"select * exclude ({ROW}) from {table.name}_cast", folder)
        db.execute(days.count())
        self._warn_of_early_orders(db)

    def _cast(self, db: duckdb.DuckDBPyConnection, table: contract.Table, path: Path, folder: Path) -> None:
        """Make the view `<table>_cast`: the rows of the table's file in the contract's types."""
        rows = open_rows(db, path, folder)
        if rows.encoding == "cp1252":
            self._warn(f"{path}: is not UTF-8; read as cp1252. Save it as 'CSV UTF-8' if names look wrong.")
        self._check_columns(table, rows)
        with reading(path):
            casting.require_castable(db, table, rows, self._notation)
            casting.require_one_reading(db, table, rows, self._notation)
            db.execute(f"create view {table.name}_cast as {casting.select(table, rows, self._notation)}")
            self._map_countries(db, table, path)
            for sentence in casting.clock_changes(db, table, rows, self._notation):
                self._warn(sentence)

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
                raise SourceError(
                    f"{rows.path}: the column {column.name!r} is missing. {hint} Found: {', '.join(found)}."
                )
        if unknown:
            self._warn(f"{rows.path}: columns left out, since the contract does not know them: {', '.join(unknown)}.")

    def _warn_of_early_orders(self, db: duckdb.DuckDBPyConnection) -> None:
        start = self._settings.shop.start_date
        early = db.execute("select count(*) from orders where order_date < ?", [start]).fetchone() or (0,)
        if early[0]:
            self._warn(f"{early[0]:,} orders were placed before shop.start_date ({start}) and are not read.")
        amount = "coalesce(sum(net_amount + coalesce(shipping_net_amount, 0)), 0)"
        count, lost = db.execute(
            f"select count(*), {amount} from refunds where order_date < ?", [start]
        ).fetchone() or (0, 0)
        if count:
            self._warn(f"{count:,} refunds of {lost:,.2f} are dated before shop.start_date ({start}) and are not read.")


KIND = SourceKind(
    FilesSource,
    Files,
    "A folder with the tables of the [contract](data_dictionary.md), each as `<table>.csv` or `<table>.parquet`. "
    "`orders` and `order_lines` must be there; the others are optional.",
)


def _find(folder: Path) -> dict[str, Path]:
    """The file of each contract table that the folder has."""
    paths = {}
    for table in (*contract.ORDER_TABLES, *contract.KEYED_TABLES):
        candidates = [folder / f"{table.name}{suffix}" for suffix in SUFFIXES]
        present = [path for path in candidates if path.is_file()]
        if len(present) > 1:
            raise SourceError(f"{present[0]} and {present[1]}: both are there; remove the one that is out of date.")
        if present:
            paths[table.name] = present[0]
        elif table.is_compulsory:
            found = ", ".join(sorted(path.name for path in folder.iterdir())) or "nothing; the folder is empty"
            raise SourceError(f"{folder}: {candidates[0].name} or {candidates[1].name} is missing. Found: {found}.")
    return paths


def _store(db: duckdb.DuckDBPyConnection, name: str, query: str, folder: Path) -> None:
    """Write a query's rows to a temporary Parquet file and show them as a view."""
    target = sql.text(folder / f"{name}_staged.parquet")
    db.execute(f"copy ({query}) to {target} (format parquet, compression lz4)")
    db.execute(f"create view {name} as select * from read_parquet({target})")
