"""Reads a batch of landed rows into a scratch database and makes it ready for the rules.

It leaves three tables for each contract table:

    rows_<table>      every landed row: its day, its number in the day's file, the columns that rules need, its amount
    repeats_<table>   the rows that repeat an earlier row of their day exactly, `_extracted_at` aside
    frame_<table>     the rows without repeats, with the helper columns that the rules look at (made by `frames`)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines import contract
from pipelines.business_days import ONE_DAY, midnight
from pipelines.landing import queries
from pipelines.validation import frames

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable

    import duckdb

    from pipelines.contract import Table
    from pipelines.settings import Settings

    # SQL for the rows of a table as they land, with `order_date` and `row_number`; None if it has none.
    Rows = Callable[[Table], str | None]

# Columns that rules between columns or tables need, beside those with a rule in the contract.
_MORE_COLUMNS = {
    "orders": ("shipping_net_amount", "fee_net_amount", "confirmed_at", "paid_at"),
    "order_lines": ("tax_amount", "list_net_amount", "sku"),
    "refunds": ("order_id", "is_order_before_start"),
    "order_edits": ("tax_amount",),
    "payments": ("paid_at",),
    "order_costs": ("booked_at",),
}

# Two lines of an order that agree in these columns look like one line delivered twice. Only their hash is kept: among a
# million lines there are 10^11 pairs and 2^64 hashes, and a collision would cause no more than a warning.
_LIKENESS = "hash(order_id, product_id, variant_id, sku, quantity, net_amount, line_type)"


def read_days(db: duckdb.DuckDBPyConnection, settings: Settings, days: list[dt.date], rows: Rows | None = None) -> None:
    """Make the tables of a batch of order days; `read_landing` must have been called before.

    Args:
        db: The scratch database.
        settings: The shop's.
        days: The batch.
        rows: SQL for the rows of each table; default what has landed on these days.
    """
    rows = rows or (lambda table: queries.day_query(settings, table.name, days))
    for table in contract.DAY_TABLES:
        _read_rows(db, table, rows(table))
    limit = midnight(settings.as_of_date + ONE_DAY, settings.zone)
    is_compulsory = settings.definitions.refunded_without_refund == "quarantine"
    frames.make_orders(db, settings.shop.currency, limit, is_refund_compulsory=is_compulsory)
    frames.make_lines(db)
    for table in contract.ORDER_PARTS:
        if table is not contract.ORDER_LINES:
            frames.make_part(db, table, limit, settings.shop.timezone)
    for table in contract.DELIVERED_DAY_TABLES:
        if table.kept_by == "own_day":
            frames.make_apart(db, table)
    frames.make_counts(db, days)


def read_keyed(db: duckdb.DuckDBPyConnection, settings: Settings, rows: Rows | None = None) -> None:
    """Make the tables of the keyed tables; these are always read whole. `rows` as in `read_days`."""
    rows = rows or (lambda table: queries.keyed_query(settings, table.name))
    for table in contract.KEYED_TABLES:
        _read_rows(db, table, rows(table))
        frames.make_apart(db, table)


def read_landing(
    db: duckdb.DuckDBPyConnection, settings: Settings, days: list[dt.date], rows: Rows | None = None
) -> None:
    """Make the tables that rules read across all landed days.

    `landed_orders` and `landed_refunds` are all landed rows. `moved_orders` and `moved_refunds` are the keys that lie
    on more than one day; other parts of an order need no such table, since they lie where their order lies.
    `superseded_orders` are the older versions of orders that are there more than once, whatever their days.
    `first_rates` has the day from which each currency can be converted. `rows` as in `read_days`.
    """
    rows = rows or (
        lambda table: (
            queries.day_query(settings, table.name, days)
            if table.is_by_day
            else queries.keyed_query(settings, table.name)
        )
    )
    columns = {
        "orders": "order_date, row_number, order_id, status_raw, original_order_id, currency, updated_at",
        "refunds": "order_date, refund_id, refund_line_no",
    }
    for name, selected in columns.items():
        table = contract.TABLES[name]
        landed = rows(table) or queries.empty_query(table)
        db.execute(f"create temp table landed_{name} as select {selected} from ({landed})")
        key = ", ".join(table.key)
        known = " and ".join(f"{column} is not null" for column in table.key)
        db.execute(
            f"create temp table moved_{name} as select {key} from landed_{name} "
            f"{_without_superseded(db) if table is contract.ORDERS else ''} where {known} "
            f"group by {key} having min(order_date) < max(order_date)"
        )
    _make_first_rates(db, rows)


def moved_days(db: duckdb.DuckDBPyConnection) -> set[dt.date]:
    """The landed days on which a key lies that also lies on another day, or an older version of an order."""
    rows = db.execute(
        "select order_date from landed_orders semi join moved_orders using (order_id) "
        "union select order_date from superseded_orders "
        "union select order_date from landed_refunds semi join moved_refunds using (refund_id, refund_line_no)"
    )
    return {day for (day,) in rows.fetchall()}


def days_without_rate(db: duckdb.DuckDBPyConnection, currency: str) -> set[dt.date]:
    """The landed days with an order in a currency other than this one and without a rate on or before its day."""
    rows = db.execute(
        "select distinct order_date from landed_orders left join first_rates using (currency) "
        "where currency <> ? and not coalesce(first_rate_date <= order_date, false)",
        [currency],
    )
    return {day for (day,) in rows.fetchall()}


def row_key(table: Table) -> str:
    """SQL for the key of a row as one text."""
    return "concat_ws('/', " + ", ".join(f"coalesce({column}::varchar, '?')" for column in table.key) + ")"


def _without_superseded(db: duckdb.DuckDBPyConnection) -> str:
    """Make `superseded_orders`; return the join that leaves them out of `landed_orders`.

    Of the versions of one order these are the ones older than the newest stamp.
    """
    db.execute(
        """
        create temp table superseded_orders as
        select order_date, row_number, order_id, updated_at, max(updated_at) over (partition by order_id) as newest_at
        from landed_orders
        where order_id is not null
        qualify
            updated_at < newest_at
            -- Beside a version without a stamp, none is the newest for certain.
            and count(*) over (partition by order_id) = count(updated_at) over (partition by order_id)
        """
    )
    return "anti join superseded_orders using (order_date, row_number)"


def _make_first_rates(db: duckdb.DuckDBPyConnection, rows: Rows) -> None:
    """Only of rates that will be loaded: those that break no rule of their own table."""
    landed = rows(contract.EXCHANGE_RATES) or queries.empty_query(contract.EXCHANGE_RATES)
    db.execute(
        f"""
        create temp table first_rates as
        with rates as (
            select currency, rate_date
            from ({landed})
            where currency is not null and rate_date is not null
            group by currency, rate_date
            having count(distinct rate) = 1 and count(rate) = count(*) and min(rate) > 0
        )
        select currency, min(rate_date) as first_rate_date
        from rates
        group by currency
        """
    )


def _read_rows(db: duckdb.DuckDBPyConnection, table: Table, landed: str | None) -> None:
    """Make `rows_`, `repeats_` and `keys_`, the keys that more than one row of a day has once repeats are out."""
    name, key = table.name, ", ".join(table.key)
    ruled = [c.landed_name for c in table.columns if c.required or c.allowed or c.minimum is not None]
    columns = ", ".join(dict.fromkeys([*table.key, *ruled, *_MORE_COLUMNS.get(name, ())]))
    likeness = f", {_LIKENESS} as likeness" if table is contract.ORDER_LINES else ""
    landed = landed or queries.empty_query(table)
    db.execute(
        f"create or replace temp table rows_{name} as "
        f"select order_date, row_number, {columns}, ({contract.counted_amount(name)})::decimal(18, 4) as row_amount"
        f"{likeness} from ({landed})"
    )
    db.execute(f"create or replace temp table repeats_{name} (order_date date, row_number bigint)")
    # The order date stands first: rows of a day lie together, and the count of a day's keys is small.
    count_keys = (
        f"create or replace temp table keys_{name} as select order_date, {key}, count(*) as key_count "
        f"from {{rows}} group by order_date, {key} having count(*) > 1"
    )
    db.execute(count_keys.format(rows=f"rows_{name}"))
    if db.table(f"keys_{name}").fetchone() is None:
        return
    suspects = (
        f"select l.* from ({landed}) as l semi join keys_{name} as k on k.order_date is not distinct from l.order_date"
    )
    db.execute(f"insert into repeats_{name} {queries.repeats_query(table, suspects)}")
    db.execute(count_keys.format(rows=frames.unrepeated(name)))
