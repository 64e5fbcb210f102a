"""One batch of landed rows, made ready for the expectations: SQL in a scratch database.

For each contract table of the batch there are then three tables in the scratch database:

    rows_<table>      every landed row: its day, its number in the day's file, the columns that rules need, its amount
    repeats_<table>   the rows that repeat an earlier row of their day exactly, `_extracted_at` aside
    frame_<table>     the rows without repeats, with the helper columns that the rules look at

Money is compared here, as decimals; the frames that leave for pandas only carry signs and verdicts.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from pipelines import contract, landed_rows

if TYPE_CHECKING:
    import duckdb

    from pipelines.contract import Table
    from pipelines.settings import Settings

DAY_NAMES = ("orders", "order_lines", "refunds")
KEYED_NAMES = tuple(table.name for table in contract.KEYED_TABLES)

# What a row is worth in the source's own count; rows of other tables are worth nothing.
AMOUNTS = {
    "orders": "coalesce(shipping_net_amount, 0) + coalesce(fee_net_amount, 0)"
    " - coalesce(undistributed_discount_net_amount, 0)",
    "order_lines": "coalesce(net_amount, 0)",
    "refunds": "-(coalesce(net_amount, 0) + coalesce(shipping_net_amount, 0))",
}

# Columns that only rules between columns or tables need, beside those that the contract has a rule for.
_MORE_COLUMNS = {
    "orders": ("shipping_net_amount", "fee_net_amount"),
    "order_lines": ("tax_amount", "list_net_amount", "sku"),
    "refunds": ("order_id",),
}

# Two lines of an order that agree in these look like one line delivered twice. A hash of them is all that is kept: a
# million lines have 10^11 pairs and 2^64 hashes, and what a collision would bring is a warning.
_LIKENESS = "hash(order_id, product_id, variant_id, sku, quantity, net_amount, line_type)"


def read_days(db: duckdb.DuckDBPyConnection, settings: Settings, days: list[dt.date]) -> None:
    """Make the tables of a batch of order days. `read_landing` goes before."""
    for name in DAY_NAMES:
        _read_rows(db, contract.TABLES[name], landed_rows.day_query(settings, name, days))
    _read_rows(db, contract.SOURCE_COUNTS, landed_rows.day_query(settings, "source_counts", days))
    limit = midnight(settings, settings.as_of_date + dt.timedelta(days=1))
    _make_orders(db, limit)
    _make_lines(db)
    _make_refunds(db, limit)
    _make_counts(db, days)


def read_keyed(db: duckdb.DuckDBPyConnection, settings: Settings) -> None:
    """Make the tables of the keyed tables, each as a whole."""
    for name in KEYED_NAMES:
        table = contract.TABLES[name]
        _read_rows(db, table, landed_rows.keyed_query(settings, name))
        _make_frame(db, table, f"select r.*, {_key_count(table)} from {_unrepeated(name)} as r {_join_keys(table)}")


def read_landing(db: duckdb.DuckDBPyConnection, settings: Settings, days: list[dt.date]) -> None:
    """Make what rules look at across all landed days: `landed_orders` and `landed_refunds`.

    And `moved_orders` and `moved_refunds`, the keys that lie on more than one day. Order lines need none: they lie
    where their order lies.
    """
    columns = {
        "orders": "order_date, order_id, status_raw",
        "refunds": "order_date, refund_id, refund_line_no",
    }
    for name, selected in columns.items():
        table = contract.TABLES[name]
        landed = landed_rows.day_query(settings, name, days) or landed_rows.empty_query(table)
        db.execute(f"create temp table landed_{name} as select {selected} from ({landed})")
        key = ", ".join(table.key)
        known = " and ".join(f"{column} is not null" for column in table.key)
        db.execute(
            f"create temp table moved_{name} as select {key} from landed_{name} where {known} "
            f"group by {key} having min(order_date) < max(order_date)"
        )


def moved_days(db: duckdb.DuckDBPyConnection) -> set[dt.date]:
    """The landed days that share a key with another day."""
    rows = db.execute(
        "select order_date from landed_orders semi join moved_orders using (order_id) "
        "union select order_date from landed_refunds semi join moved_refunds using (refund_id, refund_line_no)"
    )
    return {day for (day,) in rows.fetchall()}


def row_key(table: Table) -> str:
    """SQL for a row's key as one text."""
    return "concat_ws('/', " + ", ".join(f"coalesce({column}::varchar, '?')" for column in table.key) + ")"


def midnight(settings: Settings, day: dt.date) -> dt.datetime:
    """The UTC instant, without a zone, at which a business day begins."""
    local = dt.datetime.combine(day, dt.time(), tzinfo=settings.zone)
    return local.astimezone(dt.UTC).replace(tzinfo=None)


def _read_rows(db: duckdb.DuckDBPyConnection, table: Table, landed: str | None) -> None:
    """Make `rows_`, `repeats_` and `keys_`, the keys that more than one row of a day has once repeats are out."""
    name, key = table.name, ", ".join(table.key)
    ruled = [c.landed_name for c in table.columns if c.required or c.allowed or c.minimum is not None]
    columns = ", ".join(dict.fromkeys([*table.key, *ruled, *_MORE_COLUMNS.get(name, ())]))
    likeness = f", {_LIKENESS} as likeness" if table is contract.ORDER_LINES else ""
    landed = landed or landed_rows.empty_query(table)
    db.execute(
        f"create or replace temp table rows_{name} as "
        f"select order_date, row_number, {columns}, ({AMOUNTS.get(name, '0')})::decimal(18, 4) as row_amount"
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
    db.execute(f"insert into repeats_{name} {landed_rows.repeats_query(table, suspects)}")
    db.execute(count_keys.format(rows=_unrepeated(name)))


def _unrepeated(name: str) -> str:
    return (
        f"(select r.* from rows_{name} as r anti join repeats_{name} as x "
        "on x.order_date is not distinct from r.order_date and x.row_number = r.row_number)"
    )


def _key_count(table: Table, moved: str = "0") -> str:
    # A row without its whole key breaks another rule; its empty key is not the same key as another empty one.
    known = " and ".join(f"r.{column} is not null" for column in table.key)
    return f"case when {known} then coalesce(k.key_count, 1) + {moved} else 1 end as key_count"


def _join_keys(table: Table) -> str:
    same = " and ".join(f"k.{column} = r.{column}" for column in table.key)
    return f"left join keys_{table.name} as k on k.order_date is not distinct from r.order_date and {same}"


def _make_frame(db: duckdb.DuckDBPyConnection, table: Table, query: str) -> None:
    db.execute(f"create or replace temp table frame_{table.name} as {query}")


def _make_orders(db: duckdb.DuckDBPyConnection, limit: dt.datetime) -> None:
    table = contract.ORDERS
    query = f"""
        with lines as (
            select order_date, order_id, count(*) as line_count, sum(net_amount) as net_amount,
                sum(tax_amount) as tax_amount
            from {_unrepeated("order_lines")}
            group by order_date, order_id
        ),
        joined as (
            select
                r.*,
                {_key_count(table, "(m.order_id is not null)::integer")},
                coalesce(l.line_count, 0) as line_count,
                coalesce(l.net_amount, 0) + coalesce(r.tax_amount, l.tax_amount, 0) + row_amount as parts_amount
            from {_unrepeated("orders")} as r
            {_join_keys(table)}
            left join moved_orders as m on m.order_id = r.order_id
            left join lines as l on l.order_date = r.order_date and l.order_id = r.order_id
        )
        select
            *,
            line_count > 0 or order_id is null as has_lines,
            coalesce(abs(total_gross_amount - parts_amount) <= 0.01 * (line_count + 2), true) as adds_up,
            coalesce(placed_at < '{limit}'::timestamp, true) as is_not_in_future
        from joined
    """
    _make_frame(db, table, query)


def _make_lines(db: duckdb.DuckDBPyConnection) -> None:
    table = contract.ORDER_LINES
    query = f"""
        with alike as (
            select order_date, likeness, min(row_number) as first_row_number
            from {_unrepeated("order_lines")}
            where order_id is not null
            group by order_date, likeness
            having count(*) > 1
        ),
        known_orders as (
            select distinct order_date, order_id from rows_orders
        )
        select
            r.*,
            {_key_count(table)},
            r.order_id is null or o.order_id is not null as has_order,
            coalesce(abs(list_net_amount - net_amount - discount_net_amount) <= 0.01, true) as discount_adds_up,
            a.likeness is null or a.first_row_number = r.row_number as is_not_repeated
        from {_unrepeated("order_lines")} as r
        {_join_keys(table)}
        left join known_orders as o on o.order_date = r.order_date and o.order_id = r.order_id
        left join alike as a on a.order_date = r.order_date and a.likeness = r.likeness
    """
    _make_frame(db, table, query)


def _make_refunds(db: duckdb.DuckDBPyConnection, limit: dt.datetime) -> None:
    table = contract.REFUNDS
    query = f"""
        with known_orders as (
            select distinct order_date, order_id from rows_orders
        )
        select
            r.*,
            {_key_count(table, "(m.refund_id is not null)::integer")},
            r.order_id is null or o.order_id is not null as has_order,
            coalesce(refunded_at < '{limit}'::timestamp, true) as is_not_in_future
        from {_unrepeated("refunds")} as r
        {_join_keys(table)}
        left join moved_refunds as m on m.refund_id = r.refund_id and m.refund_line_no = r.refund_line_no
        left join known_orders as o on o.order_date = r.order_date and o.order_id = r.order_id
    """
    _make_frame(db, table, query)


def _make_counts(db: duckdb.DuckDBPyConnection, days: list[dt.date]) -> None:
    """One row a day: what is landed, against what the source says it should be."""
    query = f"""
        with counted as (
            select
                order_date,
                sum(if(entry = 'read', row_count, -row_count))::bigint as counted_rows,
                sum(if(entry = 'read', amount, -amount))::decimal(18, 4) as counted_amount
            from rows_source_counts
            group by order_date
        ),
        landed as (
            select
                order_date,
                sum(is_money_row)::bigint as landed_rows,
                sum(row_amount)::decimal(18, 4) as landed_amount
            from (
                select order_date, 0 as is_money_row, row_amount from rows_orders
                union all select order_date, 1, row_amount from rows_order_lines
                union all select order_date, 1, row_amount from rows_refunds
            )
            group by order_date
        )
        select
            d.order_date,
            0::bigint as row_number,
            'read' as entry,
            0::decimal(18, 4) as row_amount,
            coalesce(counted_rows, 0) as counted_rows,
            coalesce(landed_rows, 0) as landed_rows,
            coalesce(counted_amount, 0) as counted_amount,
            coalesce(landed_amount, 0) as landed_amount,
            coalesce(landed_rows, 0) - coalesce(counted_rows, 0) as row_difference,
            coalesce(landed_amount, 0) = coalesce(counted_amount, 0) as is_same_amount
        from (select unnest({landed_rows.text_list(day.isoformat() for day in days)}::date[]) as order_date) as d
        left join counted using (order_date)
        left join landed using (order_date)
    """
    _make_frame(db, contract.SOURCE_COUNTS, query)
