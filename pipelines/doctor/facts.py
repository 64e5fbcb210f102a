"""What a sample shows of a shop, to compare with what one knows of it: counts, money, hours, guests, statuses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pipelines import contract, sql
from pipelines.database import scratch
from pipelines.doctor.statuses import meaning

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

    import duckdb

    from pipelines.doctor.report import Report
    from pipelines.doctor.sample import Sample
    from pipelines.settings import Settings

NIGHT_HOURS = 6
# Between midnight and six, people place a tenth of a shop's orders at most, and a quarter if hours did not matter.
NIGHT_RATE = 0.4
NIGHT_MIN_ORDERS = 50
SHOWN_STATUSES = 20


def add_facts(report: Report, settings: Settings, sample: Sample, oldest: dt.date | None) -> None:
    """Add what the sample shows; a time zone that contradicts it is a problem."""
    with scratch() as db:
        for name in ("orders", *contract.COUNTED_AMOUNTS, "source_counts"):
            db.register(name, sample.tables[name])
        _add_days(db, report, settings, sample, oldest)
        _add_counts(db, report, sample)
        if sample.order_count:
            _add_currencies(db, report, settings)
            _add_hours(db, report, settings)
            _add_guests(db, report, settings)
            report.add_fact("statuses", *_statuses(db, settings))
    keyed = [
        f"{rows.num_rows:,} {table.name}"
        for table in contract.KEYED_TABLES
        if (rows := sample.tables[table.name]).num_rows
    ]
    if keyed:
        report.add_fact("also", f"{', '.join(keyed)}{'' if sample.is_keyed_whole else ' (not all were read)'}")


def _add_days(
    db: duckdb.DuckDBPyConnection, report: Report, settings: Settings, sample: Sample, oldest: dt.date | None
) -> None:
    newest = _row(db, "select max(order_date) from orders where placed_at is not null")[0]
    if oldest is None or newest is None:
        report.add_fact("orders", "none")
        report.add_problem(
            "warn",
            f"No order lies between shop.start_date ({settings.shop.start_date}) and {settings.as_of_date}. Check "
            "shop.start_date and shop.as_of, and what the source may read.",
        )
        return
    report.add_fact("orders", f"the oldest is of {oldest}, the newest of {newest}")
    lines = sample.tables["order_lines"].num_rows
    refunds = sample.tables["refunds"].num_rows
    read = f"{_days(sample)}: {sample.order_count:,} orders, {lines:,} lines, {refunds:,} refunds"
    report.add_fact("looked at", read + (", which is all" if sample.is_whole else ""))


def _days(sample: Sample) -> str:
    count = (sample.end - sample.start).days
    return f"{count:,} day{'s' if count > 1 else ''} from {sample.start} on"


def _add_counts(db: duckdb.DuckDBPyConnection, report: Report, sample: Sample) -> None:
    """The shop's own count of each day beside what was read; days that differ break a rule, and are a problem there."""
    if not sample.is_counted:
        report.add_fact("counts", "the source offers none: a missing order would go unnoticed")
        return
    read = " union all ".join(
        f"select order_date, {int(name != 'orders')} as money_row, ({contract.counted_amount(name)}) as amount "
        f"from {name}"
        for name in contract.COUNTED_AMOUNTS
    )
    same, days = _row(
        db,
        f"""
        with counted as (
            select order_date, sum(if(entry = 'read', row_count, -row_count)) as row_count,
                sum(if(entry = 'read', amount, -amount)) as amount
            from source_counts group by order_date
        ),
        delivered as (select order_date, sum(money_row) as row_count, sum(amount) as amount from ({read}) group by all)
        select
            count_if(coalesce(d.row_count, 0) = c.row_count and coalesce(d.amount, 0) = c.amount), count(*)
        from counted as c left join delivered as d using (order_date)
        """,
    )
    report.add_fact("counts", f"on {same:,} of {days:,} days the shop's own count is what was read")


def _add_currencies(db: duckdb.DuckDBPyConnection, report: Report, settings: Settings) -> None:
    found = db.execute("select currency, count(*) as n from orders group by 1 order by n desc, 1").fetchall()
    own = settings.shop.currency
    shown = ", ".join(f"{currency or 'none'} in {count:,}" for currency, count in found)
    others = any(currency != own for currency, _ in found)
    report.add_fact("currency", f"{own}; orders: {shown}" if others else f"{own} in all orders")


def _add_hours(db: duckdb.DuckDBPyConnection, report: Report, settings: Settings) -> None:
    zone = settings.shop.timezone
    local = f"(placed_at at time zone 'UTC' at time zone {sql.text(zone)})"
    hours: dict[int, int] = dict(
        db.execute(f"select hour({local}), count(*) from orders where placed_at is not null group by 1").fetchall()
    )
    total = sum(hours.values())
    if len(hours) <= 1:
        report.add_fact("zone", f"{zone}; the orders have no time of day")
        return
    at_night = _night_count(hours, 0) / total
    report.add_fact("zone", f"{zone}; {at_night:.0%} of the orders between midnight and {NIGHT_HOURS}:00")
    if total >= NIGHT_MIN_ORDERS and at_night > NIGHT_RATE:
        ahead = min(range(-11, 13), key=lambda shift: (_night_count(hours, shift), abs(shift)))
        report.add_problem(
            "warn",
            f"{at_night:.0%} of the orders were placed between midnight and {NIGHT_HOURS}:00 in {zone}; with clocks "
            f"{abs(ahead)} hours {'ahead' if ahead > 0 else 'back'} the fewest would be. Check shop.timezone, and "
            "whether the source's times are local or UTC.",
        )


def _night_count(hours: dict[int, int], shift: int) -> int:
    """Orders between midnight and six if every clock were so many hours ahead."""
    return sum(count for hour, count in hours.items() if (hour + shift) % 24 < NIGHT_HOURS)


def _add_guests(db: duckdb.DuckDBPyConnection, report: Report, settings: Settings) -> None:
    ids = sql.texts(settings.identity.guest_customer_ids)
    guests, nobodies, total = _row(
        db,
        f"""
        select count_if(is_guest), count_if(is_guest and customer_email_hash is null), count(*)
        from (
            select *, customer_id is null or list_contains({ids}, lower(trim(customer_id, e' \\t\\r\\n'))) as is_guest
            from orders
        )
        """,
    )
    report.add_fact(
        "guests",
        f"{guests / total:.0%} of the orders have no customer id; {nobodies / total:.0%} have no e-mail address "
        "either, and belong to no customer",
    )


def _statuses(db: duckdb.DuckDBPyConnection, settings: Settings) -> Iterator[str]:
    """One line for each status met, with the shop's own words for it and what it means for revenue."""
    found = db.execute(
        "select status, count(*) as n, list(distinct status_raw order by status_raw) filter (status_raw is not null) "
        "from orders group by status order by n desc, status"
    ).fetchall()
    for status, count, words in found[:SHOWN_STATUSES]:
        own = [word for word in words or [] if word != status]
        shown = f" (in the shop: {', '.join(own[:5])}{', ...' if len(own) > 5 else ''})" if own else ""
        orders = "1 order" if count == 1 else f"{count:,} orders"
        yield f"{status or 'none'}{shown}, {orders}: {meaning(status, settings.definitions)}"
    if len(found) > SHOWN_STATUSES:
        yield f"{len(found) - SHOWN_STATUSES:,} more"


def _row(db: duckdb.DuckDBPyConnection, query: str) -> tuple[Any, ...]:
    return db.execute(query).fetchone() or ()
