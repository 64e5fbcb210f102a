"""Is this day like the shop's other days? Warnings about the shop as a whole; they never hold anything back.

Each is worked out from the whole landing, never from what happens to be validated: the same landing gives the same
warnings, in whatever steps it was read. "Newest" is the newest order day before the shop's today, which is not over.
That an order's original is landed, on whatever day, can only be said of the landing as a whole, too.
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

# Long enough for a median of eight equal weekdays, short enough that the season hardly turns.
HISTORY_DAYS = 56
WEEK = dt.timedelta(days=7)

# A day of half or double its weekday's median is worth a look ...
VOLUME_FACTOR = 2.0
# ... unless chance explains it: orders come about like a Poisson process, whose spread is the root of its mean; four
# of these happen by chance once in some ten thousand days.
VOLUME_SPREADS = 4.0
# With fewer equal weekdays the median itself is chance.
VOLUME_MIN_WEEKDAYS = 4

# A quarter of all orders changing sides, on 50 orders or more, is over 3.5 times the spread of chance (7 points at
# most); a login that broke, or an export that lost its customer ids, moves more.
GUEST_RATE_CHANGE = 0.25
GUEST_MIN_ORDERS = 50

# One order without tax is a sale abroad; five in a row, where the days before had tax, are a broken export.
TAX_MIN_ORDERS = 5

VOLUME = Rule(
    "orders",
    "volume_as_usual",
    "The newest day has about as many orders as the same weekday had in the eight weeks before.",
    "warn",
    "A sale, a holiday or a newsletter explains it; if nothing does, compare the day with the shop's own list.",
)
FRESHNESS = Rule(
    "orders",
    "orders_are_fresh",
    "The newest order is no older than the longest pause between order days in the eight weeks before it.",
    "warn",
    "See whether the shop was closed; if not, whether its export still runs.",
)
GUESTS = Rule(
    "orders",
    "guest_share_as_usual",
    "The share of orders without a customer id in the newest week is about that of the eight weeks before.",
    "warn",
    "See whether the shop's login or the export of customer ids changed.",
)
STATUSES = Rule(
    "orders",
    "status_raw_seen_before",
    "The newest week has no word of the shop for an order's state that was never there before.",
    "warn",
    "See that the source maps the new word to the right status.",
)
TAXES = Rule(
    "orders",
    "taxes_are_there",
    "The newest day has taxes, if the eight weeks before had.",
    "warn",
    "See whether the export still delivers taxes; revenue ex tax is too high if it does not.",
)
ORIGINALS = Rule(
    "orders",
    "original_order_known",
    "The original_order_id of an exchange or replacement is another order of the shop, on whatever day.",
    "warn",
    "Nothing, if the original is older than shop.start_date; else correct original_order_id or deliver the order.",
)
RULES = (VOLUME, FRESHNESS, GUESTS, STATUSES, TAXES, ORIGINALS)


@dataclass(frozen=True)
class Anomaly:
    """One warning: the day it is about, the rows it is about (1 for a whole day), and what was seen."""

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
    """Look at the newest days of the shop.

    Args:
        db: A scratch database after `batches.read_landing`.
        settings: The shop's; its today says which day is the newest.
        days: All landed days.
    """
    as_of = settings.as_of_date
    found = db.execute("select max(order_date) from landed_orders where order_date < ?", [as_of]).fetchone()
    newest: dt.date | None = found[0] if found else None
    if newest is None:
        return [Anomaly(FRESHNESS, as_of - dt.timedelta(days=1), 1, "placed_at", "no order at all")]
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
    """The newest order day and the eight weeks before it; days before the shop's first order are not there."""
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
            count(*) filter (customer_id is null),
            coalesce(sum(tax_amount), 0) > 0 or order_date in (from taxed_days)
        from ({orders})
        group by order_date
        """
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
        # A weekday on which the shop mostly sells nothing is no measure.
        return
    is_far = orders > usual * VOLUME_FACTOR or orders * VOLUME_FACTOR < usual
    if is_far and abs(orders - usual) > VOLUME_SPREADS * usual**0.5:
        yield Anomaly(VOLUME, newest, 1, "order_id", f"{orders:,} orders; usual on this weekday: {usual:,.0f}")


def _freshness(days: dict[dt.date, _Day], newest: dt.date, as_of: dt.date) -> Iterator[Anomaly]:
    ordered = sorted(day for day in days if days[day].orders)
    longest_pause = max(((b - a).days for a, b in pairwise(ordered)), default=1)
    pause = (as_of - newest).days
    if pause > longest_pause:
        value = f"{newest}, {pause} days ago; longest pause in the eight weeks before: {longest_pause} days"
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
            -- In the first week of a shop, or of its raw statuses, every word is new.
            and exists (select 1 from landed_orders where status_raw is not null and order_date <= $week_ago)
        order by min(order_date), status_raw
        """,
        {"newest": newest, "week_ago": week_ago},
    ).fetchall()
    for day, orders, status in rows:
        yield Anomaly(STATUSES, day, orders, "status_raw", status)


def _taxes(days: dict[dt.date, _Day], newest: dt.date) -> Iterator[Anomaly]:
    before = [days[day].has_tax for day in days if day < newest and days[day].orders]
    # Half of the days: a shop that charges tax now and then is no shop that lost its taxes.
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
