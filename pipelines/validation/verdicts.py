"""The verdict on every row of a batch: which rules it breaks, and whether it is quarantined.

It works in the scratch database that `batches` fills, and adds to three tables there, batch after batch:

    broken    one row per landed row and rule it breaks, whatever the consequence; and one per superseded order
    totals    per table and day: rows and amounts read, repeated, superseded and quarantined
    checked   per table and batch: the number of rows checked
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from pipelines import contract, sql
from pipelines.landing import quarantine, queries
from pipelines.validation import batches, expectations, likely_causes
from pipelines.validation.rules import catalogue

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    import duckdb
    import pandas as pd
    import pyarrow as pa

    from pipelines.contract import Table
    from pipelines.settings import Settings
    from pipelines.validation.rules.catalogue import Rule

    # By rule, the positions of the rows of a frame that break it.
    Validate = Callable[[pd.DataFrame, Sequence[Rule]], dict[str, list[int]]]


def create(db: duckdb.DuckDBPyConnection) -> None:
    """Make the tables, empty."""
    db.execute(
        "create temp table broken (table_name varchar, order_date date, row_number bigint, rule varchar, "
        "consequence varchar, column_name varchar, value varchar, row_key varchar, order_id varchar, "
        "row_amount decimal(18, 4))"
    )
    db.execute(
        "create temp table totals (table_name varchar, order_date date, read_count bigint, repeated_count bigint, "
        "superseded_count bigint, quarantined_count bigint, read_amount decimal(18, 4), "
        "repeated_amount decimal(18, 4), superseded_amount decimal(18, 4), quarantined_amount decimal(18, 4))"
    )
    db.execute("create temp table checked (table_name varchar, row_count bigint)")
    likely_causes.create(db)


def judge(
    db: duckdb.DuckDBPyConnection, settings: Settings, table_names: Iterable[str], validate: Validate | None = None
) -> None:
    """Check the batch in the database against the rules of these tables, and count the outcome.

    Args:
        db: The scratch database with the batch.
        settings: The shop's.
        table_names: Contract tables.
        validate: Finds the rows that break rules; default Great Expectations.
    """
    validate = validate or expectations.validate
    names = list(table_names)
    db.execute("create or replace temp table broken_now as from broken limit 0")
    for name in names:
        suite = catalogue.suite(name, settings.shop.currency)
        _check(db, contract.TABLES[name], suite, settings.extract.batch_rows, validate)
    if "orders" in names:
        likely_causes.count(db)
        _keep_whole_orders(db)
        _leave_out_superseded(db)
    for name in names:
        _count(db, name)
    db.execute("insert into broken from broken_now")


def rows_to_keep(
    db: duckdb.DuckDBPyConnection, settings: Settings, consequences: list[str], most: int = sys.maxsize
) -> pa.Table:
    """The broken rows with their landed content, in the columns of `quarantine.ROW_COLUMNS`, sorted.

    Args:
        db: The scratch database after `judge`, with `validated` (table_name, order_date, digest).
        settings: The shop's.
        consequences: Return only rows that broke a rule with one of these consequences.
        most: The most rows to return for each table and rule; default all.
    """
    db.execute(
        "create or replace temp table wanted as select * from broken where list_contains(?, consequence) "
        "qualify row_number() over (partition by table_name, rule order by order_date, row_number) <= ?::bigint",
        [consequences, most],
    )
    with_content = " union all by name ".join(
        f"select {sql.text(table.name)} as table_name, order_date, row_number, {_row_json(table)} as row_json "
        f"from ({landed})"
        for table in contract.TABLES.values()
        if (landed := _landed_where_wanted(db, settings, table)) is not None
    )
    if not with_content:
        with_content = (
            "select null::varchar as table_name, null::date as order_date, null as row_number, null as row_json"
        )
    return db.execute(
        f"""
        select
            ?::varchar as source_id, w.order_date, w.table_name, w.row_number, w.row_key, w.order_id, w.rule,
            w.column_name, w.value, v.digest as batch, c.row_json::varchar as row_json
        from wanted as w
        left join ({with_content}) as c
            on c.table_name = w.table_name and c.order_date is not distinct from w.order_date
            and c.row_number = w.row_number
        left join validated as v
            on v.table_name = w.table_name and v.order_date is not distinct from w.order_date
        order by w.order_date, w.table_name, w.row_number, w.rule
        """,
        [settings.shop.id],
    ).to_arrow_table()


def _check(
    db: duckdb.DuckDBPyConnection, table: Table, suite: tuple[Rule, ...], batch_rows: int, validate: Validate
) -> None:
    """Note every row of a table's frame that breaks a rule of the suite."""
    import pyarrow as pa

    exact = {c.landed_name for c in table.columns if c.type in ("money", "quantity", "rate")}
    wanted = dict.fromkeys(rule.column for rule in suite)
    # Only their sign and whether they are empty matter, so a float is exact enough.
    columns = ", ".join(f"{name}::double as {name}" if name in exact else name for name in wanted)
    reader = db.execute(f"select rowid as frame_row, {columns} from frame_{table.name}").to_arrow_reader(batch_rows)
    failing: dict[str, list[pa.Array]] = {rule.name: [] for rule in suite}
    checked = 0
    for rows in reader:
        checked += rows.num_rows
        frame = rows.select(list(wanted)).to_pandas()
        for name, positions in validate(frame, suite).items():
            failing[name].append(rows.column("frame_row").take(pa.array(positions)))
    db.execute("insert into checked values (?, ?)", [table.name, checked])
    for rule in suite:
        if failing[rule.name]:
            _note(db, table, rule, pa.table({"frame_row": pa.chunked_array(failing[rule.name])}))


def _note(db: duckdb.DuckDBPyConnection, table: Table, rule: Rule, failing: pa.Table) -> None:
    shown = rule.shown_column or rule.column
    order_id = "order_id" if "order_id" in table.column_names else "null"
    db.register("failing", failing)
    db.execute(
        f"insert into broken_now select ?, order_date, row_number, ?, ?, ?, ({rule.shown_value or shown})::varchar, "
        f"{batches.row_key(table)}, {order_id}, row_amount from frame_{table.name} "
        "where rowid in (select frame_row from failing)",
        [table.name, rule.name, rule.consequence, shown],
    )
    db.unregister("failing")


def _keep_whole_orders(db: duckdb.DuckDBPyConnection) -> None:
    """Quarantine every row that shares an order with a quarantined row: no order is loaded in part."""
    db.execute(
        "create or replace temp table orders_kept_back as select distinct order_date, order_id from broken_now "
        "where consequence = 'quarantine' and order_id is not null"
    )
    for table in contract.ORDER_TABLES:
        name = table.name
        db.execute(
            f"""
            insert into broken_now
            select
                {sql.text(name)}, order_date, row_number, {sql.text(catalogue.WITH_ITS_ORDER)}, 'quarantine',
                'order_id', order_id, {batches.row_key(table)}, order_id, row_amount
            from frame_{name}
            semi join orders_kept_back using (order_date, order_id)
            anti join (from broken_now where table_name = {sql.text(name)} and consequence = 'quarantine') as b
                using (order_date, row_number)
            """
        )


def _leave_out_superseded(db: duckdb.DuckDBPyConnection) -> None:
    """Keep the older versions of an order with the rows that are not loaded; they break no rule."""
    word = sql.text(quarantine.SUPERSEDED)
    db.execute(
        f"""
        insert into broken_now
        select
            'orders', order_date, row_number, {word}, {word}, 'updated_at',
            concat(s.updated_at, ', the newest version is of ', s.newest_at), r.order_id, r.order_id, r.row_amount
        from rows_orders as r
        join superseded_orders as s using (order_date, row_number)
        anti join repeats_orders using (order_date, row_number)
        """
    )


def _count(db: duckdb.DuckDBPyConnection, name: str) -> None:
    db.execute(
        f"""
        insert into totals
        with quarantined as (
            select distinct order_date, row_number
            from broken_now
            where table_name = {sql.text(name)} and consequence = 'quarantine'
        ),
        superseded as (
            select order_date, row_number
            from broken_now
            where table_name = {sql.text(name)} and consequence = {sql.text(quarantine.SUPERSEDED)}
        )
        select
            {sql.text(name)}, r.order_date, count(*), count(x.row_number), count(s.row_number), count(q.row_number),
            sum(row_amount),
            coalesce(sum(row_amount) filter (x.row_number is not null), 0),
            coalesce(sum(row_amount) filter (s.row_number is not null), 0),
            coalesce(sum(row_amount) filter (q.row_number is not null), 0)
        from rows_{name} as r
        left join superseded as s on s.order_date = r.order_date and s.row_number = r.row_number
        left join repeats_{name} as x on x.order_date is not distinct from r.order_date and x.row_number = r.row_number
        left join quarantined as q on q.order_date is not distinct from r.order_date and q.row_number = r.row_number
        group by r.order_date
        """
    )


def _landed_where_wanted(db: duckdb.DuckDBPyConnection, settings: Settings, table: Table) -> str | None:
    """SQL for the landed rows of the days on which a row of this table is wanted; None if none is."""
    found = db.execute("select distinct order_date from wanted where table_name = ?", [table.name]).fetchall()
    if not found or table is contract.SOURCE_COUNTS:
        return None
    if not table.is_by_day:
        return queries.keyed_query(settings, table.name)
    return queries.day_query(settings, table.name, [day for (day,) in found])


def _row_json(table: Table) -> str:
    # `interval` is also an SQL keyword.
    names = [sql.identifier(name) for name in table.landed_names]
    return f"to_json(struct_pack({', '.join(f'{name} := {name}' for name in names)}))"
