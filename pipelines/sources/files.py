"""A folder of contract tables as csv or Parquet files: the way in for any shop, and for tests.

`orders` and `order_lines` are compulsory; the contract's other tables are read where they are. Values are cast to the
contract's types, exactly or not at all. Every file is cast once, the day tables sorted by day, into temporary Parquet
files, so that a large shop never stands in memory.
"""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from pipelines import contract, sql
from pipelines.errors import SourceError
from pipelines.settings.paths import ExistingFolder
from pipelines.settings.source_kinds import SourceKind, SourceSection
from pipelines.sources.reading import casting
from pipelines.sources.reading.rows import Rows, open_rows, reading
from pipelines.sources.reading.text_parquet import ROW
from pipelines.sources.staged import StagedShop

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator
    from pathlib import Path

    import duckdb

    from pipelines.settings import Settings
    from pipelines.sources.source import Batch

SUFFIXES = (".csv", ".parquet")


class FilesSource(SourceSection):
    """`[source]` of a folder with contract tables."""

    path: ExistingFolder
    """The folder with the files. A path that is not absolute starts at the project's root."""


class Files(StagedShop):
    """The contract's tables in a folder, as they are."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self._readings = 0

    def read_changed(self, since: dt.datetime, until: dt.datetime) -> Iterator[Batch]:
        """Orders changed in the window by their own stamps or those of a part, whatever day they were placed on.

        An order without any stamp may have changed at any time, and is always delivered.
        """
        if since >= until:
            return
        db = self._db()
        self._readings += 1
        changed = f"changed_orders_{self._readings}"
        is_changed = {
            "orders": _has_changed(since, until),
            **{name: _within(stamp, since, until) for name, stamp in contract.PART_STAMPS.items()},
        }
        ids = (f"select order_id from {name} where order_id is not null and {is_}" for name, is_ in is_changed.items())
        db.execute(f"create table {changed} as {' union '.join(ids)}")
        of_changed_order = f"order_id in (select order_id from {changed})"
        conditions = {
            **{table.name: of_changed_order for table in contract.ORDER_PARTS},
            "orders": f"({of_changed_order} or (order_id is null and {is_changed['orders']}))",
            "refunds": f"({of_changed_order} or (order_id is null and {is_changed['refunds']}))",
        }
        try:
            yield from self._batches(self._settings.shop.start_date, self._settings.as_of_date, conditions)
        finally:
            db.execute(f"drop table {changed}")

    def _stage(self, db: duckdb.DuckDBPyConnection, folder: Path) -> None:
        source = self._settings.source
        assert isinstance(source, FilesSource)
        paths = _find(source.path)
        for table in (*contract.ORDER_TABLES, *contract.KEYED_TABLES):
            if table.name in paths:
                self._cast(db, table, paths[table.name], folder)
            elif table.is_by_day:
                db.execute(f"create view {table.name}_cast as {casting.select_nothing(table)}")
        days = _Days(self._settings)
        for table in contract.ORDER_TABLES:
            with reading(paths.get(table.name, source.path)):
                # Sorted, so that a window of days reads its own part of the file only.
                _store(db, table.name, f"{days.select(table)} order by order_date", folder)
            if table is contract.ORDERS:
                db.execute(_ORDER_DAYS)
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
            casting.require_castable(db, table, rows)
            db.execute(f"create view {table.name}_cast as {casting.select(table, rows)}")

    def _check_columns(self, table: contract.Table, rows: Rows) -> None:
        """A required column that is missing is an error; one that the contract does not know is left out, and said."""
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


KIND = SourceKind(
    FilesSource,
    Files,
    "A folder with the tables of the [contract](data_dictionary.md), each as `<table>.csv` or `<table>.parquet`. "
    "`orders` and `order_lines` must be there; the others are read where they are.",
)


class _Days:
    """Which business day each row lies on, in SQL."""

    def __init__(self, settings: Settings) -> None:
        self._zone = sql.text(settings.shop.timezone)
        self._start = sql.date(settings.shop.start_date)
        self._today = sql.date(settings.as_of_date)

    def select(self, table: contract.Table) -> str:
        """The rows of `<table>_cast` with their `order_date` first."""
        columns = ", ".join(f"rows.{name}" for name in table.column_names)
        return f"select {self._day(table)} as order_date, {columns} from {self._dated(table, 'order_days')}"

    def _money_rows(self, table: contract.Table) -> str:
        amount = contract.counted_amount(table.name, "rows.")
        return f"select {self._day(table)} as order_date, {amount} as amount from {self._dated(table, 'first_days')}"

    def count(self) -> str:
        """The table `day_counts`, made from the files' rows and not from what was stored for delivery."""
        return f"""
            create table day_counts as
            with placed as materialized (
                select
                    {self._day(contract.ORDERS)} as order_date,
                    rows.order_id,
                    {contract.counted_amount("orders", "rows.")} as amount
                from {self._dated(contract.ORDERS, "")}
            ),

            first_days as (select order_id, min(order_date) as order_date from placed group by order_id),

            money_rows as (
                {" union all ".join(self._money_rows(table) for table in contract.MONEY_ROW_TABLES)}
            ),

            counted as (
                select order_date, count(*) as row_count, sum(amount) as amount
                from money_rows
                group by order_date
                union all
                select order_date, 0, sum(amount)
                from placed
                group by order_date
            )

            select order_date, 'read' as entry, sum(row_count) as row_count, sum(amount) as amount
            from counted
            group by order_date
        """

    def _dated(self, table: contract.Table, order_days: str) -> str:
        """From where to select a table's rows so that `_day` is known."""
        rows = f"{table.name}_cast as rows"
        if table is contract.ORDERS:
            return rows
        return f"{rows} left join {order_days} as days on rows.order_id = days.order_id"

    def _day(self, table: contract.Table) -> str:
        if table is contract.ORDERS:
            # Without a date, or from the future: on the first day, where validation finds it.
            own = self._local("placed_at")
            return f"if({own} <= {self._today}, {own}, {self._start})"
        if table is not contract.REFUNDS:
            return f"coalesce(days.order_date, {self._start})"
        own = self._local("refunded_at")
        return f"""
            case
                when days.order_date is not null then days.order_date
                when rows.order_id is null and {own} <= {self._today} then {own}
                when {own} >= {self._start} and {own} < {self._today} then {own}
                else {self._start}
            end
        """

    def _local(self, column: str) -> str:
        return f"(rows.{column} at time zone 'UTC' at time zone {self._zone})::date"


# An order id that stands twice may lie on two days; its lines lie on the first.
_ORDER_DAYS = """
create table order_days as
select order_id, min(order_date) as order_date
from orders
where order_id is not null
group by order_id
"""


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


def _has_changed(since: dt.datetime, until: dt.datetime) -> str:
    stamps = ("updated_at", "placed_at", "cancelled_at", "confirmed_at", "paid_at")
    within = " or ".join(_within(stamp, since, until) for stamp in stamps)
    return f"({within} or coalesce({', '.join(stamps)}) is null)"


def _within(column: str, since: dt.datetime, until: dt.datetime) -> str:
    return f"({column} >= {sql.instant(since)} and {column} < {sql.instant(until)})"
