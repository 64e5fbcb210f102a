"""What orders are paid with, and what the payment provider charges."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from typing import Literal

from pipelines.sources.demo.amounts import ZERO
from pipelines.sources.demo.lives import OrderLife, Row

PaymentMethod = Literal["card", "ideal", "paypal", "transfer", "direct_debit", "invoice", "pay_later", "cash"]
State = Literal["paid", "pending", "confirmed", "authorised", "draft", "failed"]

_CONTRACT_KINDS = {
    **{"card": "card", "ideal": "bank_transfer", "paypal": "other", "transfer": "bank_transfer", "cash": "cash"},
    **{"direct_debit": "direct_debit", "invoice": "on_account", "pay_later": "on_account"},
}
# Share and fixed part that the payment provider takes.
_FEES: dict[str, tuple[Decimal, Decimal]] = {
    "card": (Decimal("0.014"), Decimal("0.25")),
    "ideal": (ZERO, Decimal("0.29")),
    "paypal": (Decimal("0.029"), Decimal("0.35")),
    "pay_later": (Decimal("0.035"), Decimal("0.50")),
}
_PAYMENT_STATES = {"paid": "settled", "pending": "pending", "confirmed": "pending", "authorised": "authorised"}


def payment_row(
    life: OrderLife,
    payment_method: str,
    amount: Decimal,
    state: str,
    at: dt.datetime | None,
    payment_id: str | None = None,
) -> Row:
    """A row of payments; with an id in the place of an earlier one."""
    fee = _FEES.get(payment_method)
    return {
        "order_id": life.order_id,
        "payment_id": payment_id or f"p{life.number('payment')}",
        "kind": _CONTRACT_KINDS.get(payment_method, payment_method),
        "amount": amount,
        "state": state,
        "paid_at": at if state == "settled" else None,
        "fee_amount": fee_on(amount, *fee) if fee and state == "settled" else None,
    }


def first_payments(
    life: OrderLife,
    payment_method: PaymentMethod,
    state: State,
    total: Decimal,
    redeemed: Iterable[tuple[str, Decimal]],
) -> list[Row]:
    """How an order is paid when it is placed: vouchers, credit and points first, then the payment method."""
    rows: list[Row] = []
    due = total
    for kind, amount in redeemed:
        if used := min(amount, due):
            rows.append(payment_row(life, kind, used, "settled", life.placed_at))
            due -= used
    if due > 0 and state != "draft":
        rows.append(payment_row(life, payment_method, due, _PAYMENT_STATES.get(state, "failed"), life.placed_at))
    return rows


def fee_on(amount: Decimal, share: Decimal, fixed: Decimal) -> Decimal:
    """A fee on an amount."""
    return (amount * share + fixed).quantize(Decimal("0.0001"))
