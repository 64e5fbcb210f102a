"""Money that goes back to the buyer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal

from pipelines.sources.demo.amounts import ZERO, Terms
from pipelines.sources.demo.lives import Change, OrderLife, Part, Row
from pipelines.sources.demo.orders import Note, Visit

Step = Callable[[OrderLife, Visit], None]
Days = tuple[float, float]

_USUAL: Days = (2, 25)
_REASONS = ("past niet", "niet mooi", "toch niet nodig", "kapot aangekomen")
# What the provider takes for a chargeback, and the shop's own work on a return, in euro.
_CHARGEBACK_FEE, _RETURN_HANDLING = Decimal("15.00"), Decimal("3.75")
# Most shop systems stamp an order when it is refunded; refunds made at the payment provider come in without.
_STAMPED_RATE = 0.9


def refund(
    days: Days = _USUAL,
    *,
    whole: bool = True,
    is_restocked: bool = True,
    to_credit: bool = False,
    is_stamped: bool | None = None,
) -> Step:
    """Goods come back: all of them with their shipping, or one piece."""

    def step(life: OrderLife, visit: Visit) -> None:
        at, amount = give_back(
            life,
            visit,
            days,
            whole=whole,
            is_restocked=is_restocked,
            to_credit=to_credit,
            is_stamped=is_stamped,
            reason=visit.dice.pick(_REASONS) if is_restocked else "beschadigd",
            status="refunded" if whole else "partially_refunded",
        )
        if to_credit:
            visit.wallet.append((at, amount))

    return step


def give_back(
    life: OrderLife,
    visit: Visit,
    days: Days,
    *,
    reason: str,
    status: str | None,
    share: Decimal = Decimal(1),
    whole: bool = True,
    is_restocked: bool | None = True,
    to_credit: bool = False,
    is_stamped: bool | None = None,
) -> tuple[dt.datetime, Decimal]:
    """Refund goods, line by line; returns when, and how much with tax.

    Args:
        life: The order.
        visit: Its visit.
        days: How long after the last thing that happened.
        reason: The shop's words.
        status: The order's from then on; None: as before.
        share: Of what was paid for the goods.
        whole: All goods and the shipping; else one piece of the first line.
        is_restocked: The goods are back on the shelf; None: they never left.
        to_credit: As store credit instead of money.
        is_stamped: Whether the order's stamp moves; None: mostly.
    """
    at = visit.dice.later(life.last_at, *days)
    refund_id = f"{life.order_id}-r{life.number('refund')}"
    rows: list[tuple[str, Row]] = []
    revenue = ZERO
    for part in life.goods if whole else life.goods[:1]:
        pieces = part.quantity if whole else 1
        net, tax = _take(life.terms, part, pieces, share)
        revenue -= net
        more = {"line_id": part.line_id, "sku": part.product.sku if part.product else None, "quantity": pieces}
        rows.append(_row(life, refund_id, len(rows) + 1, at, net, tax, "line", **more, is_restocked=is_restocked))
    if whole and life.shipping.net and share == 1:
        shipping = {"shipping_net_amount": life.shipping.net}
        rows.append(_row(life, refund_id, len(rows) + 1, at, ZERO, life.shipping.tax, "shipping", **shipping))
    for _, row in rows:
        row |= {"is_store_credit": to_credit, "reason": reason}
    amount = sum((_gross(row) for _, row in rows), ZERO)
    if is_restocked is not None:
        rows.append(life.cost("return_handling", _RETURN_HANDLING, at))
    if is_stamped is None:
        is_stamped = visit.dice.happens(_STAMPED_RATE)
    order = {"status": status} if status else {}
    life.happen(Change(at, order=order, rows=tuple(rows), revenue=revenue, is_stamped=is_stamped))
    return at, amount


def amount_only(low: float, high: float, reason: str) -> Step:
    """A sum goes back that names no article: a share of what was paid, more than all of it if above 1."""

    def step(life: OrderLife, visit: Visit) -> None:
        at = visit.dice.later(life.last_at, *_USUAL)
        share = Decimal(str(round(visit.dice.between(low, high), 2)))
        # The share of each article is taxed at the article's rate.
        parts = [life.terms.part(part.net, part.tax, part.rate, share) for part in life.goods]
        _give_sum(life, at, sum((net for net, _ in parts), ZERO), sum((tax for _, tax in parts), ZERO), reason)

    return step


def goodwill(life: OrderLife, visit: Visit) -> None:
    """A fixed sum for the trouble."""
    value = life.terms.price(Decimal(5), "standard")
    _give_sum(life, visit.dice.later(life.last_at, *_USUAL), value.net, value.tax, "goodwill")


def shipping_only(life: OrderLife, visit: Visit) -> None:
    """Shipping goes back, the goods stay with the buyer."""
    at = visit.dice.later(life.last_at, *_USUAL)
    refund_id = f"{life.order_id}-r{life.number('refund')}"
    shipping = {"shipping_net_amount": life.shipping.net, "reason": "te laat"}
    row = _row(life, refund_id, 1, at, ZERO, life.shipping.tax, "shipping", **shipping)
    life.happen(Change(at, order={"status": "partially_refunded"}, rows=(row,)))


def adjustment(life: OrderLife, visit: Visit) -> None:
    """The books are put right by a small sum that is no merchandise."""
    at = visit.dice.later(life.last_at, *_USUAL)
    refund_id = f"{life.order_id}-r{life.number('refund')}"
    row = _row(life, refund_id, 1, at, Decimal("0.50"), ZERO, "adjustment", reason="correctie")
    life.happen(Change(at, rows=(row,)))


def delayed(outcome: str) -> Step:
    """A refund of all goods hangs for days, then settles or fails."""

    def step(life: OrderLife, visit: Visit) -> None:
        asked_at = visit.dice.later(life.last_at, *_USUAL)
        at = visit.dice.later(asked_at, 1, 12)
        refund_id = f"{life.order_id}-r{life.number('refund')}"

        def rows(state: str, when: dt.datetime) -> tuple[tuple[str, Row], ...]:
            return tuple(
                _row(
                    *(life, refund_id, number, when, part.net, part.tax, "line"),
                    line_id=part.line_id,
                    quantity=part.quantity,
                    state=state,
                )
                for number, part in enumerate(life.goods, start=1)
            )

        revenue = -sum((part.net for part in life.goods), ZERO) if outcome == "settled" else ZERO
        order = {"status": "refunded"} if outcome == "settled" else {}
        life.happen(Change(asked_at, rows=rows("pending", asked_at)))
        life.happen(Change(at, order=order, rows=rows(outcome, at), revenue=revenue))

    return step


def chargeback(life: OrderLife, visit: Visit) -> None:
    """The card company takes everything back, and a fee; the shop system never hears of it."""
    at = visit.dice.later(life.last_at, 20, 110)
    net, tax = (sum((getattr(part, name) for part in life.goods), ZERO) for name in ("net", "tax"))
    refund_id = f"{life.order_id}-r{life.number('refund')}"
    more = {"shipping_net_amount": life.shipping.net, "reason": "chargeback"}
    row = _row(life, refund_id, 1, at, net, tax + life.shipping.tax, "chargeback", **more)
    rows = (row, life.cost("chargeback_fee", _CHARGEBACK_FEE, at))
    life.happen(Change(at, rows=rows, revenue=-net, is_stamped=False))


def credit_note(life: OrderLife, visit: Visit) -> None:
    """The buyer gets a credit note that names neither order nor article."""
    at = visit.dice.later(life.last_at, *_USUAL)
    row: Row = {
        "refund_id": f"{life.order_id}-n1",
        "refund_line_no": 1,
        "customer_id": visit.buyer.account_id,
        "refunded_at": at,
        "net_amount": Decimal("4.13"),
        "tax_amount": Decimal("0.87"),
        "kind": "amount",
        "reason": "creditnota",
    }
    visit.world.notes.append(Note(row, at, visit.buyer))


def _give_sum(life: OrderLife, at: dt.datetime, net: Decimal, tax: Decimal, reason: str) -> None:
    refund_id = f"{life.order_id}-r{life.number('refund')}"
    row = _row(life, refund_id, 1, at, net, tax, "amount", reason=reason)
    life.happen(Change(at, order={"status": "partially_refunded"}, rows=(row,), revenue=-net))


def _take(terms: Terms, part: Part, pieces: int, share: Decimal) -> tuple[Decimal, Decimal]:
    """Take pieces out of a part at a share of what was paid for them."""
    net, tax = terms.part(part.net, part.tax, part.rate, share * pieces / part.quantity)
    part.net, part.tax, part.quantity = part.net - net, part.tax - tax, part.quantity - pieces
    return net, tax


def _row(
    life: OrderLife, refund_id: str, number: int, at: dt.datetime, net: Decimal, tax: Decimal, kind: str, **more: object
) -> tuple[str, Row]:
    return "refunds", {
        "refund_id": refund_id,
        "refund_line_no": number,
        "order_id": life.order_id,
        "customer_id": life.row["customer_id"],
        "refunded_at": at,
        "net_amount": net,
        "tax_amount": tax,
        "shipping_net_amount": ZERO,
        "kind": kind,
        **more,
    }


def _gross(row: Row) -> Decimal:
    gross: Decimal = row["net_amount"] + row["tax_amount"] + row["shipping_net_amount"]
    return gross
