"""The frames of a batch: its rows without repeats, with the helper columns that the rules look at.

Money is compared here, in SQL and as decimals. What goes to pandas afterwards is only signs and yes-or-no columns. The
input is the tables that `pipelines.validation.batches` makes: `rows_`, `repeats_` and `keys_` of each contract table,
and those across days.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines import contract, sql

if TYPE_CHECKING:
    import datetime as dt

    import duckdb

    from pipelines.contract import Table


def unrepeated(name: str) -> str:
    """SQL for the rows of a table without those that repeat an earlier one, and without older versions of an order."""
    superseded = "anti join superseded_orders as s on s.order_date = r.order_date and s.row_number = r.row_number"
    return (
        f"(select r.* from rows_{name} as r anti join repeats_{name} as x "
        "on x.order_date is not distinct from r.order_date and x.row_number = r.row_number"
        f" {superseded if name == contract.ORDERS.name else ''})"
    )


_KNOWN_ORDERS = f"(select distinct order_date, order_id from {unrepeated(contract.ORDERS.name)})"


def make_orders(
    db: duckdb.DuckDBPyConnection, currency: str, limit: dt.datetime, *, is_refund_compulsory: bool
) -> None:
    """Make `frame_orders`.

    Args:
        db: The scratch database.
        currency: The shop's.
        limit: The UTC instant at which the future begins.
        is_refund_compulsory: Whether a refunded order must come with a refund that tells how much.
    """
    table = contract.ORDERS
    held = str(is_refund_compulsory).lower()
    query = f"""
        with lines as (
            select order_date, order_id, count(*) as line_count, sum(net_amount) as net_amount,
                sum(tax_amount) as tax_amount
            from {unrepeated("order_lines")}
            group by order_date, order_id
        ),
        taxes as (
            select order_date, order_id, count(*) as tax_line_count, sum(tax_amount) as tax_lines_amount
            from {unrepeated("tax_lines")}
            group by order_date, order_id
        ),
        refunded as (
            select order_date, order_id,
                sum(net_amount + tax_amount + shipping_net_amount) as refunded_amount
            from {unrepeated("refunds")}
            where state <> 'failed'
            group by order_date, order_id
        ),
        edited as (
            select order_date, order_id, sum(net_amount + tax_amount) as edited_amount
            from {unrepeated("order_edits")}
            group by order_date, order_id
        ),
        joined as (
            select
                r.*,
                {_key_count(table, "(m.order_id is not null)::integer")},
                coalesce(l.line_count, 0) as line_count,
                coalesce(r.tax_amount, l.tax_amount, 0) as order_tax_amount,
                coalesce(l.net_amount, 0) + order_tax_amount + row_amount as parts_amount,
                t.tax_line_count,
                t.tax_lines_amount,
                f.first_rate_date,
                r.total_gross_amount + coalesce(e.edited_amount, 0) as owed_amount,
                coalesce(b.refunded_amount, 0) as refunded_amount
            from {unrepeated("orders")} as r
            {_join_keys(table)}
            left join moved_orders as m on m.order_id = r.order_id
            left join lines as l on l.order_date = r.order_date and l.order_id = r.order_id
            left join taxes as t on t.order_date = r.order_date and t.order_id = r.order_id
            left join refunded as b on b.order_date = r.order_date and b.order_id = r.order_id
            left join edited as e on e.order_date = r.order_date and e.order_id = r.order_id
            left join first_rates as f on f.currency = r.currency
        )
        select
            *,
            line_count > 0 or order_id is null as has_lines,
            coalesce(abs(total_gross_amount - parts_amount) <= 0.01 * (line_count + 2), true) as adds_up,
            coalesce(abs(order_tax_amount - tax_lines_amount) <= 0.01 * (tax_line_count + 1), true)
                as tax_lines_add_up,
            coalesce(refunded_amount > 0, false) as has_refund,
            has_refund or coalesce(status <> 'partially_refunded' and (status <> 'refunded' or {held}), true)
                as is_refund_told,
            has_refund or not {held} or coalesce(status <> 'refunded', true)
                as is_refunded_with_refund,
            coalesce(
                status <> 'refunded' or not has_refund or refunded_amount >= owed_amount - 0.01 * (line_count + 2), true
            ) as is_refunded_in_full,
            has_refund or coalesce(status <> 'cancelled' or paid_at is null, true) as is_cancelled_with_refund,
            coalesce(placed_at < {sql.instant(limit)}, true) as is_not_in_future,
            coalesce(greatest(confirmed_at, paid_at) < {sql.instant(limit)}, true) as is_not_paid_in_future,
            currency is null or currency = {sql.text(currency)} or coalesce(first_rate_date <= order_date, false)
                as has_rate
        from joined
    """
    _make_frame(db, table, query)


def make_lines(db: duckdb.DuckDBPyConnection) -> None:
    """Make `frame_order_lines`."""
    table = contract.ORDER_LINES
    query = f"""
        with alike as (
            select order_date, likeness, min(row_number) as first_row_number
            from {unrepeated("order_lines")}
            where order_id is not null
            group by order_date, likeness
            having count(*) > 1
        )
        select
            r.*,
            {_key_count(table)},
            r.order_id is null or o.order_id is not null as has_order,
            coalesce(abs(list_net_amount - net_amount - discount_net_amount) <= 0.01, true) as discount_adds_up,
            a.likeness is null or a.first_row_number = r.row_number as is_not_repeated
        from {unrepeated("order_lines")} as r
        {_join_keys(table)}
        left join {_KNOWN_ORDERS} as o on o.order_date = r.order_date and o.order_id = r.order_id
        left join alike as a on a.order_date = r.order_date and a.likeness = r.likeness
    """
    _make_frame(db, table, query)


def make_part(db: duckdb.DuckDBPyConnection, table: Table, limit: dt.datetime, zone: str) -> None:
    """Make the frame of any other part of an order; `limit` is that of `make_orders`, `zone` the shop's time zone."""
    stamp = contract.PART_STAMPS.get(table.name, "null::timestamp")
    is_refund = table is contract.REFUNDS
    is_excused = " or r.is_order_before_start" if is_refund else ""
    moved = "left join moved_refunds as m on m.refund_id = r.refund_id and m.refund_line_no = r.refund_line_no"
    query = f"""
        select
            r.*,
            {_key_count(table, "(m.refund_id is not null)::integer" if is_refund else "0")},
            r.order_id is null or o.order_id is not null{is_excused} as has_order,
            o.order_id is null
            or coalesce(({stamp} at time zone 'UTC' at time zone {sql.text(zone)})::date >= r.order_date, true)
                as is_after_order,
            coalesce({stamp} < {sql.instant(limit)}, true) as is_not_in_future
        from {unrepeated(table.name)} as r
        {_join_keys(table)}
        {moved if is_refund else ""}
        left join {_KNOWN_ORDERS} as o on o.order_date = r.order_date and o.order_id = r.order_id
    """
    _make_frame(db, table, query)


def make_apart(db: duckdb.DuckDBPyConnection, table: Table) -> None:
    """Make the frame of a table that belongs to no order."""
    _make_frame(db, table, f"select r.*, {_key_count(table)} from {unrepeated(table.name)} as r {_join_keys(table)}")


def make_counts(db: duckdb.DuckDBPyConnection, days: list[dt.date]) -> None:
    """Make `frame_source_counts`: one row per day, what has landed beside what the source counts.

    On a day that the source does not count, what it counts is NULL, and so are the comparisons.
    """
    money_rows = " union all ".join(
        f"select order_date, {int(name != 'orders')} as is_money_row, row_amount from rows_{name}"
        for name in contract.COUNTED_AMOUNTS
    )
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
            from ({money_rows})
            group by order_date
        )
        select
            d.order_date,
            0::bigint as row_number,
            'read' as entry,
            0::decimal(18, 4) as row_amount,
            counted_rows,
            coalesce(l.landed_rows, 0) as landed_rows,
            counted_amount,
            coalesce(l.landed_amount, 0) as landed_amount,
            counted_rows is not null as is_counted,
            coalesce(l.landed_rows, 0) - counted_rows as row_difference,
            coalesce(l.landed_amount, 0) = counted_amount as is_same_amount
        from (select unnest({sql.texts(day.isoformat() for day in days)}::date[]) as order_date) as d
        left join counted using (order_date)
        left join landed as l using (order_date)
    """
    _make_frame(db, contract.SOURCE_COUNTS, query)


def _make_frame(db: duckdb.DuckDBPyConnection, table: Table, query: str) -> None:
    db.execute(f"create or replace temp table frame_{table.name} as {query}")


def _key_count(table: Table, moved: str = "0") -> str:
    # A row with an incomplete key breaks another rule; two empty keys are not the same key.
    known = " and ".join(f"r.{column} is not null" for column in table.key)
    return f"case when {known} then coalesce(k.key_count, 1) + {moved} else 1 end as key_count"


def _join_keys(table: Table) -> str:
    same = " and ".join(f"k.{column} = r.{column}" for column in table.key)
    return f"left join keys_{table.name} as k on k.order_date is not distinct from r.order_date and {same}"
