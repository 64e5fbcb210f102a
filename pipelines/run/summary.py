"""What a night came to, on one screen. Every figure is read from the published file, as a BI tool would read it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pipelines import database, sql
from pipelines.extraction.notes import read_notes
from pipelines.publishing import duckdb_file
from pipelines.run.calls import call
from pipelines.run.identity_lines import identity_lines
from pipelines.settings import READ_WHOLE_VARIABLE
from pipelines.validation import anomalies

if TYPE_CHECKING:
    import datetime as dt
    from decimal import Decimal

    from pipelines.settings import Settings


def summarise(settings: Settings) -> str:
    """Rows taken in, orders, customers, the way from the shop's total to net revenue, and what to type next."""
    with database.scratch() as db:
        db.execute(f"attach {sql.text(settings.published_path / duckdb_file.FILE)} as klantwaarde (read_only)")
        db.execute("use klantwaarde.marts")
        rows = db.execute(
            """
            select
                sum(read_count), sum(accepted_count), sum(quarantined_count), sum(repeated_count),
                sum(superseded_count)
            from data_quality
            where rule = 'all rules'
            """
        ).fetchone()
        orders = db.execute(
            "select count(*), count(*) filter (where is_valid_order), min(order_date), max(order_date) from orders"
        ).fetchone()
        customers = db.execute("select count(*), count(*) filter (where is_customer) from customers").fetchone()
        is_late = db.execute("select count(*) from data_quality where rule = ?", [anomalies.FRESHNESS.name]).fetchone()
        nobodys = db.execute(
            "select count(*), sum(net_revenue_amount) from orders where is_in_revenue and customer_id is null"
        ).fetchone()
        untold = db.execute(
            """
            select
                count(*) filter (given_back.amount is not null),
                coalesce(sum(given_back.amount), 0),
                count(*) filter (orders.has_untold_refund),
                coalesce(sum(orders.net_revenue_amount) filter (orders.has_untold_refund), 0)
            from orders
            left join (
                select source_order_id as order_id, -sum(net_revenue_amount) as amount
                from revenue_events
                where refund_match_status = 'status_only'
                group by source_order_id
            ) as given_back on orders.order_id = given_back.order_id
            """
        ).fetchone()
        bridge = db.execute(
            """
            select step, amount, row_count, step_kind
            from reconciliation
            where step_kind <> 'memo'
            order by step_number
            """
        ).fetchall()
        people = identity_lines(db)
        # The mean of the two in the middle, exactly: DuckDB's median cuts it.
        median = db.execute(
            "select (cast(quantile_disc(net_revenue_amount, 0.5) as decimal(20, 4)) "
            "- cast(quantile_disc(-net_revenue_amount, 0.5) as decimal(20, 4))) * 0.5 from customer_lifetime_value"
        ).fetchone()
    assert rows and orders and customers and nobodys and untold and median  # noqa: PT018 - an aggregate has one row
    read, accepted, quarantined, repeated, superseded = (value or 0 for value in rows)
    currency = settings.shop.currency
    lines = [
        f"Shop {settings.shop.id}, as of {settings.as_of_date} ({orders[2] or 'no orders'} to {orders[3] or 'yet'})",
        "",
        f"  contract rows    {read:>14,} read = {accepted:,} accepted + {quarantined:,} quarantined"
        f" + {repeated:,} exact repeats{f' + {superseded:,} superseded' if superseded else ''}",
        f"  orders           {orders[0]:>14,} of which {orders[1]:,} purchases",
        *_without_a_person(nobodys[0], nobodys[1], currency),
        *_untold_refunds(untold, currency),
        f"  customers        {customers[1]:>14,} of {customers[0]:,} people known",
        *people,
        f"  median customer  {_money(median[0])} {currency} net revenue so far",
        "",
        f"  From the shop's own total to net revenue ({currency}, ex tax)",
        *(_bridge_line(*line) for line in bridge),
        "",
        *_notes(settings, orders[3] if is_late and is_late[0] else None),
        f"Published: {settings.published_path}",
        f"  look:    {call(settings, 'open')}",
        f"  again:   {call(settings, 'run')}",
        f"  browser: {call(settings, 'ui')}",
    ]
    return "\n".join(lines)


def _without_a_person(order_count: int, amount: Decimal | None, currency: str) -> list[str]:
    """No customer's value holds the money of an order that has neither an account nor an address."""
    if not order_count:
        return []
    what = f"of these orders: {_money(amount)} {currency} net revenue that is in no customer's value"
    return [f"  without a person {order_count:>14,} {what}"]


def _notes(settings: Settings, late: dt.date | None) -> list[str]:
    """What to look at; `late` is the day of the newest order if that is long ago for this shop."""
    lines = []
    if late is not None:
        lines.append(
            f"  ! The newest order is of {late}, {(settings.as_of_date - late).days} days ago: longer than any pause "
            "in the eight weeks before it. Unless the shop was closed, its export is out of date."
        )
    for note in read_notes(settings):
        cure = f" Take it in: {READ_WHOLE_VARIABLE}=1 {call(settings, 'run')}"
        lines.append(f"  ! {note.text}{cure if note.is_for_whole_reading else ''}")
    return [*lines, ""] if lines else []


def _untold_refunds(untold: tuple[Any, ...], currency: str) -> list[str]:
    """What was made of orders whose status alone tells of a refund."""
    given_back_count, given_back, kept_count, kept = untold
    if not given_back_count + kept_count:
        return []
    count = given_back_count + kept_count
    say = "order says that it was" if count == 1 else "orders say that they were"
    lines = [f"  refunds unknown  {count:>14,} {say} refunded, and no refund tells how much"]
    if given_back_count:
        counts = "counts" if given_back_count == 1 else "count"
        lines.append(f"{'':34}{given_back_count:,} {counts} as given back in full: {_money(given_back)} {currency}")
    if kept_count:
        keep = "keeps its" if kept_count == 1 else "keep their"
        lines.append(
            f"{'':34}{kept_count:,} {keep} {_money(kept)} {currency}: net revenue and predictions are too high by "
            "what went back"
        )
    return lines


def _bridge_line(step: str, amount: Decimal, row_count: int, kind: str) -> str:
    mark = {"start": " ", "step": " ", "subtotal": "=", "end": "=", "residual": " "}[kind]
    return f"  {mark} {step:<42} {_money(amount):>18} {row_count:>12,} rows"


def _money(amount: Decimal | None) -> str:
    return f"{amount or 0:,.2f}"
