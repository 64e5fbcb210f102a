"""Money that comes in late, or never, and orders that are called off."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from pipelines.sources.demo.lives import Change, OrderLife, Row
from pipelines.sources.demo.orders import Visit, send_off
from pipelines.sources.demo.paying import payment_row
from pipelines.sources.demo.refunds import Step, give_back


def paid_later(low_days: float, high_days: float, is_sent_before: bool = False) -> Step:
    """The buyer pays some days after the order; the goods wait for it, or not."""

    def step(life: OrderLife, visit: Visit) -> None:
        at = visit.dice.later(life.placed_at, low_days, high_days)
        rows = _payments(life, visit, "settled", at)
        life.happen(
            Change(at, order={"status": "paid", "status_raw": "betaald", "paid_at": at}, rows=rows, standing="counts")
        )
        if visit.plan.ships and visit.plan.goods:
            send_off(life, visit.dice, life.placed_at if is_sent_before else at)

    return step


def expired(low_days: float, high_days: float) -> Step:
    """The shop gives up waiting for the money."""

    def step(life: OrderLife, visit: Visit) -> None:
        at = visit.dice.later(life.placed_at, low_days, high_days)
        rows = _payments(life, visit, "failed", at)
        life.happen(Change(at, order={"status": "expired", "status_raw": "verlopen"}, rows=rows, standing="expired"))

    return step


def cancelled_unpaid(life: OrderLife, visit: Visit) -> None:
    """The order is called off before any money came in."""
    at = visit.dice.later(life.placed_at, 0.01, 6)
    rows = _payments(life, visit, "failed", at)
    life.happen(Change(at, order=_called_off(at), rows=rows, standing="cancelled", is_cancellation=True))


def cancelled_paid(kept: Decimal) -> Step:
    """The order is paid, then called off; the money goes back some days later, less what the shop keeps."""

    def step(life: OrderLife, visit: Visit) -> None:
        at = visit.dice.later(life.placed_at, 0.01, 1)
        life.happen(Change(at, order=_called_off(at), is_cancellation=True))
        give_back(life, visit, (0.1, 6), share=1 - kept, is_restocked=None, reason="geannuleerd", status=None)

    return step


def deleted(life: OrderLife, visit: Visit) -> None:
    """Somebody removes the order from the shop."""
    life.happen(Change(visit.dice.later(life.placed_at, 5, 120), is_deletion=True, is_stamped=False))


def reattributed(life: OrderLife, visit: Visit) -> None:
    """The shop finds out later where the buyer came from, and changes the order without a stamp."""
    at = visit.dice.later(life.placed_at, 1, 60)
    life.happen(Change(at, order={"marketing_channel": "affiliate"}, is_stamped=False))


def _called_off(at: dt.datetime) -> Row:
    return {"status": "cancelled", "status_raw": "geannuleerd", "cancelled_at": at}


def _payments(life: OrderLife, visit: Visit, state: str, at: dt.datetime) -> tuple[tuple[str, Row], ...]:
    """The payments that are still open, in their new state; a draft has none yet."""
    waiting = [row for name, row in life.rows if name == "payments" and row["state"] != "settled"]
    if not waiting and state == "settled":
        return (("payments", payment_row(life, visit.plan.payment_method, life.row["total_gross_amount"], state, at)),)
    return tuple(
        ("payments", payment_row(life, visit.plan.payment_method, row["amount"], state, at, row["payment_id"]))
        for row in waiting
    )
