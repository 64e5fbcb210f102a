"""SQL over the landed files: a table's rows on chosen days, with their day and their number in the day's file.

Validation and load name a landed row by day and row number; the key cannot, since it may be empty or there twice.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines import contract, sql
from pipelines.database import scratch
from pipelines.landing import store

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable
    from decimal import Decimal

    import pyarrow as pa

    from pipelines.contract import Table
    from pipelines.settings import Settings


def day_query(settings: Settings, table_name: str, days: Iterable[dt.date]) -> str | None:
    """SQL for the landed rows of a day table, with `order_date` and `row_number` (in the day's file, from 0).

    None if the table has no rows on these days.
    """
    # The path is the only place that names the day: .../2011-03-01/<table>.parquet
    from_end = len(f"2011-03-01/{table_name}.parquet")
    day = f"cast(substr(filename, -{from_end}, 10) as date)"
    return _files_query(store.day_files(settings, table_name, days), day)


def keyed_query(settings: Settings, table_name: str) -> str | None:
    """The same for a table that is kept by key: `order_date` is NULL."""
    path = store.keyed_file(settings, table_name)
    return _files_query([str(path)] if path else [], "cast(null as date)")


def repeats_query(table: Table, landed: str) -> str:
    """SQL for `order_date`, `row_number` of the rows that repeat an earlier row exactly."""
    return f"""
        select order_date, row_number
        from (
            select
                order_date,
                row_number,
                row_number() over (
                    partition by order_date, {", ".join(table.landed_names)} order by row_number
                ) as copy_number
            from ({landed})
        )
        where copy_number > 1
    """


def newest_in_landing(settings: Settings, end: dt.datetime) -> tuple[dt.datetime | None, dt.date | None]:
    """The newest `updated_at` before an instant, UTC, and the newest day of the landed orders; None without one."""
    landed = day_query(settings, "orders", store.landed_days(settings))
    if landed is None:
        return None, None
    with scratch() as db:
        row = db.execute(
            f"select max(updated_at) filter (updated_at < ?), max(order_date) from ({landed})", [end]
        ).fetchone()
    return row or (None, None)


def days_that_share_orders(settings: Settings) -> set[dt.date]:
    """The landed days with an order that also lies on another day: the shop moved it, or delivered its key twice."""
    landed = day_query(settings, "orders", store.landed_days(settings))
    if landed is None:
        return set()
    with scratch() as db:
        found = db.execute(
            f"""
            with landed as ({landed}),
            shared as (
                select order_id
                from landed
                group by order_id
                having min(order_date) < max(order_date)
            )
            select distinct order_date
            from landed
            inner join shared using (order_id)
            """
        ).fetchall()
    return {day for (day,) in found}


def money_by_day(settings: Settings) -> dict[dt.date, tuple[int, Decimal]]:
    """The number of money rows landed on each day and their value, as the source counts them."""
    days = list(store.landed_days(settings))
    landed = [
        f"select order_date, {int(name != 'orders')} as is_money_row, {contract.counted_amount(name)} as amount "
        f"from ({rows})"
        for name in contract.COUNTED_AMOUNTS
        if (rows := day_query(settings, name, days)) is not None
    ]
    if not landed:
        return {}
    query = f"""
        select order_date, sum(is_money_row)::bigint, sum(amount)::decimal(18, 4)
        from ({" union all ".join(landed)})
        group by order_date
    """
    with scratch() as db:
        return {day: (row_count, amount) for day, row_count, amount in db.execute(query).fetchall()}


def days_of_orders(settings: Settings, order_ids: pa.Array) -> set[dt.date]:
    """The landed days on which any of these orders lies."""
    import pyarrow as pa

    landed = day_query(settings, "orders", store.landed_days(settings))
    if landed is None or len(order_ids) == 0:
        return set()
    with scratch() as db:
        db.register("wanted", pa.table({"order_id": order_ids}))
        found = db.execute(f"select distinct order_date from ({landed}) semi join wanted using (order_id)").fetchall()
    return {day for (day,) in found}


def orders_by_day(settings: Settings) -> dict[dt.date, int]:
    """The number of orders landed on each day that has any."""
    landed = day_query(settings, "orders", store.landed_days(settings))
    if landed is None:
        return {}
    with scratch() as db:
        found = db.execute(
            f"select order_date, count(distinct order_id) from ({landed}) group by order_date"
        ).fetchall()
    return dict(found)


def days_with_other_refunds(settings: Settings, refunds: pa.Table) -> set[dt.date]:
    """The landed days with a refund of an order that is not among these (`order_id`, `refund_id`)."""
    landed = day_query(settings, "refunds", store.landed_days(settings))
    if landed is None:
        return set()
    with scratch() as db:
        db.register("known", refunds)
        found = db.execute(
            f"""
            select distinct order_date
            from ({landed})
            anti join known using (order_id, refund_id)
            where order_id is not null
            """
        ).fetchall()
    return {day for (day,) in found}


def empty_query(table: Table) -> str:
    """The same columns without a row, for a table that has no file."""
    columns = ", ".join(f"null::{contract.DUCKDB_TYPES[kind]} as {name}" for name, kind in table.landed_columns)
    return f"select null::date as order_date, null::bigint as row_number, {columns} where false"


def _files_query(files: list[str], day: str) -> str | None:
    if not files:
        return None
    return f"""
        select {day} as order_date, file_row_number as row_number, * exclude (filename, file_row_number)
        from read_parquet({sql.texts(files)}, filename = true, file_row_number = true, hive_partitioning = false)
    """
