"""What the sample shops and the file shop share: contract tables staged in a scratch database, delivered by windows.

A subclass brings its shop into the scratch database once, as relations with the names and columns of the contract
(day tables with `order_date`); this module cuts them into bounded batches. A table that the shop does not have needs no
relation, and a column that it does not have is NULL. The source's own count comes from a relation `day_counts`, which
must not be made from the delivered relations.
"""

from __future__ import annotations

import datetime as dt
import logging
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines import contract, sql
from pipelines.business_days import ONE_DAY, days_between
from pipelines.database import scratch
from pipelines.errors import HomeError
from pipelines.sources.early_rows import left_out
from pipelines.sources.reading.rows import is_lack_of_space
from pipelines.sources.source import Audit, Batch, Beginning, Fingerprints, Source

if TYPE_CHECKING:
    from collections.abc import Iterator

    import duckdb
    import pyarrow as pa

    from pipelines.settings import Settings
    from pipelines.sources.source import LeftOut

log = logging.getLogger("klantwaarde")

# Which rows of each table to deliver: SQL conditions by table name.
Conditions = dict[str, str]


class StagedShop(Source, Audit, Fingerprints, Beginning):
    """A source over relations in a scratch database, which is made at the first reading and lives until `close`.

    Attributes:
        warnings: What a person should know about the source and can mend; also logged.
    """

    def __init__(self, settings: Settings) -> None:
        self.warnings: list[str] = []
        self._settings = settings
        self._stack = ExitStack()
        self._staged: duckdb.DuckDBPyConnection | None = None
        self._columns: dict[str, set[str]] = {}

    def close(self) -> None:
        """Drop the scratch database; the next reading stages the shop anew."""
        self._staged = None
        self._stack.close()

    def read_placed(self, start: dt.date, end: dt.date) -> Iterator[Batch]:
        """Orders placed on these days with all their parts, in batches of whole days; half-open."""
        yield from self._batches(start, end, {})

    def read_keyed(self, since: dt.datetime | None = None) -> Iterator[Batch]:
        """The keyed tables in pieces of `extract.batch_rows`; with `since`, without rows that were stamped before."""
        import pyarrow as pa

        db = self._db()
        for table in self._present(contract.KEYED_TABLES):
            query = f"""
                from (select {self._typed_columns(table)} from {table.name})
                where {_may_have_changed(table, since)}
                order by {", ".join(table.key)}
            """
            # A cursor of its own, so that other tables can be read between the pieces.
            for piece in db.cursor().execute(query).to_arrow_reader(self._settings.extract.batch_rows):
                if piece.num_rows:
                    yield Batch({table.name: pa.Table.from_batches([piece]).cast(table.delivered_schema())})

    def list_ids(self, start: dt.date, end: dt.date) -> pa.Table:
        """`order_date` and `order_id` of every order on these days; half-open."""
        query = "select order_date, order_id from orders where order_date >= ? and order_date < ?"
        return self._db().execute(query, [start, end]).to_arrow_table()

    def count(self, start: dt.date, end: dt.date) -> pa.Table:
        """The source's own count: a `read` row for each day of the window, and a row for each kind of row left out."""
        query = """
            select
                day::date as order_date,
                coalesce(entry, 'read') as entry,
                coalesce(row_count, 0)::bigint as row_count,
                coalesce(amount, 0)::decimal(18, 4) as amount
            from range(?::timestamp, ?::timestamp, interval 1 day) as days (day)
            left join day_counts on day_counts.order_date = days.day
            order by order_date, entry
        """
        return self._fetch(contract.SOURCE_COUNTS, query, [start, end])

    def fingerprints(self, start: dt.date, end: dt.date) -> dict[dt.date, str]:
        """For each day, the number of rows of each table and the sum of their hashes, with those of its count."""
        db = self._db()
        parts = [(table.name, self._typed_columns(table)) for table in self._present(contract.DELIVERED_DAY_TABLES)]
        parts.append(("day_counts", "entry, row_count, amount"))
        # A sum, since rows have no order and equal rows count each. Hashed twice: the hash of a row is made of those of
        # its values by exclusive or, and the sums of such would often be equal if rows exchanged values.
        hashed = " union all ".join(
            f"""
            select
                order_date,
                {sql.text(name)} as table_name,
                count(*) as row_count,
                sum(hash(hash(*columns(* exclude (order_date))))) as hash_sum
            from (select order_date, {columns} from {name} where order_date >= $start and order_date < $end)
            group by order_date
            """
            for name, columns in parts
        )
        rows = db.execute(
            f"""
            select order_date, string_agg(concat_ws(' ', table_name, row_count, hash_sum), ', ' order by table_name)
            from ({hashed})
            group by order_date
            """,
            {"start": start, "end": end},
        ).fetchall()
        return {**dict.fromkeys(days_between(start, end), ""), **dict(rows)}

    def left_out(self) -> list[LeftOut]:
        """What the shop holds from before its first day."""
        db = self._db()
        relations = {
            table.name: f"select order_date, {self._typed_columns(table)} from {table.name}"
            for table in self._present(contract.ORDER_TABLES)
        }
        return left_out(db, self._settings, relations)

    def _stage(self, db: duckdb.DuckDBPyConnection, folder: Path) -> None:
        """Make `orders`, `order_lines`, `day_counts`, and of the other tables what there is."""
        raise NotImplementedError

    def _db(self) -> duckdb.DuckDBPyConnection:
        """The scratch database, with the shop staged in it at the first use."""
        if self._staged is None:
            db = self._stack.enter_context(scratch())
            folder = self._stack.enter_context(tempfile.TemporaryDirectory(prefix="klantwaarde-source-"))
            try:
                self._stage(db, Path(folder))
            except BaseException as error:
                self._stack.close()
                if isinstance(error, Exception) and is_lack_of_space(error):
                    raise HomeError(
                        f"{tempfile.gettempdir()}: too little space for the source's temporary files: {error}. "
                        "Free some, or name a larger folder in TMPDIR."
                    ) from error
                raise
            self._columns = _columns_by_relation(db)
            self._staged = db
        return self._staged

    def _warn(self, message: str) -> None:
        self.warnings.append(message)
        log.warning("%s", message)

    def _batches(self, start: dt.date, end: dt.date, conditions: Conditions) -> Iterator[Batch]:
        """The day tables of these days, cut into batches."""
        for first, after_last in self._windows(start, end, conditions):
            yield Batch(
                {
                    table.name: self._read_days(table, first, after_last, conditions.get(table.name, "true"))
                    for table in self._present(contract.DELIVERED_DAY_TABLES)
                }
            )

    def _windows(self, start: dt.date, end: dt.date, conditions: Conditions) -> list[tuple[dt.date, dt.date]]:
        """Stretches of whole days, each with at most `extract.batch_rows` order lines where a day allows it."""
        db = self._db()
        counts = " union all ".join(
            f"""
            select order_date, count(*) as row_count
            from {table.name}
            where order_date >= $start and order_date < $end and {conditions.get(table.name, "true")}
            group by order_date
            """
            for table in self._present(contract.DELIVERED_DAY_TABLES)
        )
        query = f"select order_date, max(row_count) from ({counts}) group by order_date order by order_date"
        found = db.execute(query, {"start": start, "end": end}).fetchall()
        windows: list[tuple[dt.date, dt.date]] = []
        rows_so_far = 0
        for day, row_count in found:
            if windows and rows_so_far + row_count <= self._settings.extract.batch_rows:
                windows[-1] = (windows[-1][0], day + ONE_DAY)
                rows_so_far += row_count
            else:
                windows.append((day, day + ONE_DAY))
                rows_so_far = row_count
        return windows

    def _read_days(self, table: contract.Table, start: dt.date, end: dt.date, condition: str) -> pa.Table:
        query = f"""
            select order_date, {self._typed_columns(table)}
            from {table.name}
            where order_date >= ? and order_date < ? and {condition}
        """
        return self._fetch(table, query, [start, end])

    def _fetch(self, table: contract.Table, query: str, parameters: list[dt.date]) -> pa.Table:
        return self._db().execute(query, parameters).to_arrow_table().cast(table.delivered_schema())

    def _present(self, tables: list[contract.Table]) -> list[contract.Table]:
        """Those of the tables that the shop has."""
        return [table for table in tables if table.name in self._columns]

    def _typed_columns(self, table: contract.Table) -> str:
        """The columns for a select, in the contract's types, so that a literal or NULL needs no cast of its own."""
        have = self._columns[table.name]
        return ", ".join(
            f"cast({column.name if column.name in have else 'null'} as {contract.DUCKDB_TYPES[column.type]}) "
            f"as {sql.identifier(column.name)}"
            for column in table.columns
        )


def within(column: str, since: dt.datetime, until: dt.datetime) -> str:
    """SQL for the rows whose instant lies in a half-open window."""
    return f"({column} >= {sql.instant(since)} and {column} < {sql.instant(until)})"


def _may_have_changed(table: contract.Table, since: dt.datetime | None) -> str:
    """SQL for the rows that may have changed since an instant: stamped from then on, or without a stamp."""
    if since is None or "updated_at" not in table.column_names:
        return "true"
    return f"updated_at is null or updated_at >= {sql.instant(since)}"


def _columns_by_relation(db: duckdb.DuckDBPyConnection) -> dict[str, set[str]]:
    rows = db.execute("select table_name, list(column_name) from duckdb_columns() group by table_name").fetchall()
    return {name: set(columns) for name, columns in rows}
