"""What a night came to, on one screen. Every figure is read from the published file, as a BI tool would read it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines import database, sql
from pipelines.publishing import duckdb_file

if TYPE_CHECKING:
    from decimal import Decimal

    from pipelines.settings import Settings


def summarise(settings: Settings) -> str:
    """Rows taken in, orders, customers, the way from the shop's total to net revenue, and what to type next."""
    with database.scratch() as db:
        db.execute(f"attach {sql.text(settings.published_path / duckdb_file.FILE)} as klantwaarde (read_only)")
        db.execute("use klantwaarde.marts")
        rows = db.execute(
            """
            select sum(read_count), sum(accepted_count), sum(quarantined_count), sum(repeated_count)
            from data_quality
            where rule = 'all rules'
            """
        ).fetchone()
        orders = db.execute(
            "select count(*), count(*) filter (where is_valid_order), min(order_date), max(order_date) from orders"
        ).fetchone()
        customers = db.execute("select count(*), count(*) filter (where is_customer) from customers").fetchone()
        bridge = db.execute(
            """
            select step, amount, row_count, step_kind
            from reconciliation
            where step_kind <> 'memo'
            order by step_number
            """
        ).fetchall()
        median = db.execute("select median(net_revenue_amount) from customer_lifetime_value").fetchone()
    assert rows and orders and customers and median  # noqa: PT018 - an aggregate has one row
    read, accepted, quarantined, repeated = (value or 0 for value in rows)
    currency = settings.shop.currency
    lines = [
        f"Shop {settings.shop.id}, as of {settings.as_of_date} ({orders[2] or 'no orders'} to {orders[3] or 'yet'})",
        "",
        f"  contract rows    {read:>14,} read = {accepted:,} accepted + {quarantined:,} quarantined"
        f" + {repeated:,} exact repeats",
        f"  orders           {orders[0]:>14,} of which {orders[1]:,} purchases",
        f"  customers        {customers[1]:>14,} of {customers[0]:,} people known",
        f"  median customer  {_money(median[0])} {currency} net revenue so far",
        "",
        f"  From the shop's own total to net revenue ({currency}, ex tax)",
        *(_bridge_line(*line) for line in bridge),
        "",
        f"Published: {settings.published_path}",
        f"  look:    duckdb -readonly {settings.published_path / duckdb_file.FILE}"
        ' "from marts.customer_segments limit 10"',
        f"  again:   make run SHOP={settings.config_path.stem}        in the browser: make ui"
        f" SHOP={settings.config_path.stem}",
    ]
    return "\n".join(lines)


def _bridge_line(step: str, amount: Decimal, row_count: int, kind: str) -> str:
    mark = {"start": " ", "step": " ", "subtotal": "=", "end": "=", "residual": " "}[kind]
    return f"  {mark} {step:<42} {_money(amount):>18} {row_count:>12,} rows"


def _money(amount: Decimal | None) -> str:
    return f"{amount or 0:,.2f}"
