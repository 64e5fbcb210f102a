"""Warnings about an unusual day: is the newest day like the shop's other days? They never hold anything back.

Each warning looks at the whole landing, not only at the days being validated. So the same landing gives the same
warnings, however many nights it took to read. "Newest" is the newest order day before today, since today is not over.

`original_order_known` is here although it is about orders, not days: an order's original may lie on any day.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING

from pipelines import contract
from pipelines.landing import queries
from pipelines.validation.rules.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import duckdb

    from pipelines.settings import Settings

# Long enough for a median over eight equal weekdays, short enough to stay within a season.
HISTORY_DAYS = 56
WEEK = dt.timedelta(days=7)

# A day of half or double its weekday's median is worth a look ...
VOLUME_FACTOR = 2.0
# ... unless chance explains it. Orders arrive roughly like a Poisson process, whose standard deviation is the root of
# its mean; a day four standard deviations off happens by chance about once in ten thousand days.
VOLUME_SPREADS = 4.0
# With fewer equal weekdays the median itself is unreliable.
VOLUME_MIN_WEEKDAYS = 4

# With 50 orders or more, the standard deviation of the share is 7 points at most, so a change of 25 points is more than
# 3.5 of them. A broken login, or an export without customer ids, moves the share by more than that.
GUEST_RATE_CHANGE = 0.25
GUEST_MIN_ORDERS = 50

# One order without tax may be a sale abroad. Five on a day, where the days before had tax, are a broken export.
TAX_MIN_ORDERS = 5

VOLUME = Rule(
    "orders",
    "volume_as_usual",
    "The newest day has about as many orders as the same weekday in the eight weeks before.",
    "warn",
    "Look for a reason: a sale, a holiday, a newsletter. If there is none, compare the day with the shop's own list.",
)
FRESHNESS = Rule(
    "orders",
    "orders_are_fresh",
    "The newest order is no older than the longest gap between two order days in the eight weeks before it.",
    "warn",
    "Check whether the shop was closed. If it was not, check whether its export still runs.",
)
GUESTS = Rule(
    "orders",
    "guest_share_as_usual",
    "The share of orders without a customer id is about the same in the newest week as in the seven weeks before it.",
    "warn",
    "Check whether the shop's login or the export of customer ids has changed.",
)
STATUSES = Rule(
    "orders",
    "status_raw_seen_before",
    "Every status_raw of the newest week has been seen before.",
    "warn",
    "Check that the source maps the new word to the right status.",
)
TAXES = Rule(
    "orders",
    "taxes_are_there",
    "The newest day has tax, if most order days in the eight weeks before had.",
    "warn",
    "Check whether the export still delivers tax. If it does not, revenue without tax is too high.",
)
ORIGINALS = Rule(
    "orders",
    "original_order_known",
    "The original_order_id of an exchange or replacement is the id of another order, on any day.",
    "warn",
    "Nothing, if the original is older than shop.start_date. Otherwise correct original_order_id or deliver the order.",
)
RULES = (VOLUME, FRESHNESS, GUESTS, STATUSES, TAXES, ORIGINALS)


@dataclass(frozen=True)
class Anomaly:
    """One warning.

    Attributes:
        rule: The rule that was broken.
        day: The order day the warning is about.
        row_count: The rows it is about; 1 if it is about the day as a whole.
        column: The contract column to look at.
        value: What was seen.
    """

    rule: Rule
    day: dt.date
    row_count: int
    column: str
    value: str


@dataclass(frozen=True)
class _Day:
    orders: int
    guests: int
    has_tax: bool


def find_anomalies(db: duckdb.DuckDBPyConnection, settings: Settings, days: Iterable[dt.date]) -> list[Anomaly]:
    """The warnings that the landing gives rise to.

    Args:
        db: A scratch database after `batches.read_landing`.
        settings: The shop's; the newest day is the last order day before its `as_of_date`.
        days: All landed days.
    """
    as_of = settings.as_of_date
    found = db.execute("select max(order_date) from landed_orders where order_date < ?", [as_of]).fetchone()
    newest: dt.date | None = found[0] if found else None
    if newest is None:
        return [Anomaly(FRESHNESS, as_of - dt.timedelta(days=1), 1, "placed_at", "no orders at all")]
    recent = _recent_days(db, settings, newest, days)
    return [
        *_volume(recent, newest),
        *_freshness(recent, newest, as_of),
        *_guests(recent, newest),
        *_statuses(db, newest),
        *_taxes(recent, newest),
        *_originals(db),
    ]


def _recent_days(
    db: duckdb.DuckDBPyConnection, settings: Settings, newest: dt.date, days: Iterable[dt.date]
) -> dict[dt.date, _Day]:
    """The newest order day and the eight weeks before it, without the days before the shop's first order."""
    oldest = newest - dt.timedelta(days=HISTORY_DAYS)
    recent = [day for day in days if oldest <= day <= newest]
    orders, lines = (
        queries.day_query(settings, table.name, recent) or queries.empty_query(table)
        for table in (contract.ORDERS, contract.ORDER_LINES)
    )
    rows = db.execute(
        f"""
        with taxed_days as (
            select distinct order_date from ({lines}) where tax_amount > 0
        )
        select
            order_date,
            count(*),
            count(*) filter (customer_id is null or list_contains(?, lower(trim(customer_id, e' \\t\\r\\n')))),
            coalesce(sum(tax_amount), 0) > 0 or order_date in (from taxed_days)
        from ({orders})
        group by order_date
        """,
        [list(settings.identity.guest_customer_ids)],
    ).fetchall()
    have = {day: _Day(orders, guests, has_tax) for day, orders, guests, has_tax in rows}
    first = min(have)
    span = [newest - dt.timedelta(days=back) for back in range((newest - first).days + 1)]
    return {day: have.get(day, _Day(0, 0, False)) for day in span}


def _volume(days: dict[dt.date, _Day], newest: dt.date) -> Iterator[Anomaly]:
    before = [days[day].orders for day in days if day < newest and day.weekday() == newest.weekday()]
    if len(before) < VOLUME_MIN_WEEKDAYS:
        return
    usual, orders = median(before), days[newest].orders
    if usual == 0:
        # The shop usually sells nothing on this weekday: nothing to compare with.
        return
    is_far = orders > usual * VOLUME_FACTOR or orders * VOLUME_FACTOR < usual
    if is_far and abs(orders - usual) > VOLUME_SPREADS * usual**0.5:
        yield Anomaly(VOLUME, newest, 1, "order_id", f"{orders:,} orders; usual on this weekday: {usual:,.0f}")


def _freshness(days: dict[dt.date, _Day], newest: dt.date, as_of: dt.date) -> Iterator[Anomaly]:
    ordered = sorted(day for day in days if days[day].orders)
    # One order day alone, as of a shop that has just begun, tells of no pause; a week is long for most shops.
    longest_pause = max(((b - a).days for a, b in pairwise(ordered)), default=WEEK.days)
    pause = (as_of - newest).days
    if pause > longest_pause:
        was = f"the longest gap in the eight weeks before was {longest_pause}" if ordered[1:] else "the only order day"
        value = f"{newest}, {pause} days ago; {was}"
        yield Anomaly(FRESHNESS, newest, 1, "placed_at", value)


def _guests(days: dict[dt.date, _Day], newest: dt.date) -> Iterator[Anomaly]:
    week = [days[day] for day in days if day > newest - WEEK]
    before = [days[day] for day in days if day <= newest - WEEK]
    orders, orders_before = (sum(day.orders for day in some) for some in (week, before))
    if min(orders, orders_before) < GUEST_MIN_ORDERS:
        return
    rate = sum(day.guests for day in week) / orders
    rate_before = sum(day.guests for day in before) / orders_before
    if abs(rate - rate_before) > GUEST_RATE_CHANGE:
        value = f"{rate:.0%} of the newest week's orders; before: {rate_before:.0%}"
        yield Anomaly(GUESTS, newest, 1, "customer_id", value)


def _statuses(db: duckdb.DuckDBPyConnection, newest: dt.date) -> Iterator[Anomaly]:
    week_ago = newest - WEEK
    rows = db.execute(
        """
        select min(order_date), count(*), status_raw
        from landed_orders
        where status_raw is not null and order_date <= $newest
        group by status_raw
        having min(order_date) > $week_ago
            -- In the first week of a shop, or of its raw statuses, every word is new: no warning.
            and exists (select 1 from landed_orders where status_raw is not null and order_date <= $week_ago)
        order by min(order_date), status_raw
        """,
        {"newest": newest, "week_ago": week_ago},
    ).fetchall()
    for day, orders, status in rows:
        yield Anomaly(STATUSES, day, orders, "status_raw", status)


def _taxes(days: dict[dt.date, _Day], newest: dt.date) -> Iterator[Anomaly]:
    before = [days[day].has_tax for day in days if day < newest and days[day].orders]
    # A shop that had tax on half of its days or fewer has not lost it.
    if days[newest].orders >= TAX_MIN_ORDERS and not days[newest].has_tax and 2 * sum(before) > len(before):
        value = f"no tax on {days[newest].orders:,} orders"
        yield Anomaly(TAXES, newest, 1, "tax_amount", value)


def _originals(db: duckdb.DuckDBPyConnection) -> Iterator[Anomaly]:
    rows = db.execute(
        """
        select o.order_date, count(*), min_by(concat(o.order_id, ' names ', o.original_order_id), o.order_id)
        from landed_orders as o
        anti join landed_orders as original
            on original.order_id = o.original_order_id and original.order_id is distinct from o.order_id
        where o.original_order_id is not null
        group by o.order_date
        order by o.order_date
        """
    ).fetchall()
    for day, orders, example in rows:
        yield Anomaly(ORIGINALS, day, orders, "original_order_id", example or "an order without an id names one")
