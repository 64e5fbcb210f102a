"""What happens to an order by chance after it was placed: payments, refunds, edits, costs."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from tests.conformance.draft import ARTICLES, Draft, goods, instant, tax_on
from tests.conformance.movements import COST_KINDS

if TYPE_CHECKING:
    from tests.conformance.shops import Row


def add_payments(draft: Draft, order: Row, lines: list[Row]) -> None:
    """Up to three payments, vouchers used with the order; points for no more than the goods are worth."""
    left = goods(lines, "net_amount") - order["undistributed_discount_net_amount"]
    worth = int((left + goods(lines, "tax_amount")) * 100) if left > 0 else 0
    kinds = ["card", "gift_card", "store_credit", *(["loyalty_points"] if worth > 0 else [])]
    for number, kind in enumerate(draft.random.sample(kinds, draft.random.randint(1, 3))):
        draft.add(
            "payments",
            order_id=order["order_id"],
            payment_id=str(number),
            kind=kind,
            gateway=draft.random.choice([None] * 12 + ["adyen", "Bogus", "dummy "]),
            amount=draft.cents(1, worth) if kind == "loyalty_points" else draft.cents(1, 5000),
            state="settled" if draft.chance(0.85) else "failed",
            paid_at=order["placed_at"] if draft.chance(0.5) else None,
            fee_amount=draft.cents(0, 200) if kind == "card" else None,
        )


def add_refunds_and_edits(draft: Draft, order: Row, lines: list[Row]) -> None:
    for number in range(draft.random.choice([0, 0, 0, 1, 1, 2])):
        _add_refund(draft, order, lines, f"{order['order_id']}-{number}")
    if draft.chance(0.2):
        _add_edit(draft, order, lines)


def _add_refund(draft: Draft, order: Row, lines: list[Row], refund_id: str) -> None:
    random = draft.random
    kind = random.choice(["line", "line", "line", "amount", "amount", "chargeback", "shipping", "adjustment"])
    line = random.choice(lines)
    is_named = kind == "line" and draft.chance(0.7)
    draft.add(
        "refunds",
        refund_id=refund_id,
        order_id=order["order_id"],
        kind=kind,
        line_id=line["line_id"] if is_named else None,
        sku=line["sku"] if kind == "line" and line["line_type"] == "product" else None,
        refunded_at=instant(draft, order["placed_at"]),
        # Now and then more than the line, or the order, was worth.
        net_amount=draft.cents(0, int(abs(line["net_amount"]) * 120)),
        tax_amount=draft.cents(0, 500),
        shipping_net_amount=draft.cents(0, 500) if draft.chance(0.2) else Decimal(0),
        quantity=random.choice([1, 2, None]),
        state="settled" if draft.chance(0.9) else "pending",
        is_restocked=random.choice([True, False, None]),
        is_store_credit=draft.chance(0.15),
    )


def _add_edit(draft: Draft, order: Row, lines: list[Row]) -> None:
    """A line taken out in part or whole, or an article that came new."""
    products = [row for row in lines if row["line_type"] == "product"]
    line = draft.random.choice(products) if products and draft.chance(0.6) else None
    net = draft.cents(1, 4000) if line is None else -draft.cents(0, int(line["net_amount"] * 100))
    draft.add(
        "order_edits",
        order_id=order["order_id"],
        edit_id="1",
        edited_at=instant(draft, order["placed_at"]),
        kind=draft.random.choice(["edit", "exchange"]),
        line_id=None if line is None else line["line_id"],
        product_id=draft.random.choice(ARTICLES) if line is None else line["product_id"],
        quantity=1 if line is None else -1,
        net_amount=net,
        tax_amount=tax_on(net, "0.21"),
        is_restocked=draft.random.choice([True, False]),
    )


def add_costs(draft: Draft, order: Row) -> None:
    for number, kind in enumerate(draft.random.sample(list(COST_KINDS), draft.random.randint(1, 3))):
        draft.add(
            "order_costs",
            order_id=order["order_id"],
            cost_id=str(number),
            kind=kind,
            amount=draft.cents(-100, 900),
            booked_at=draft.random.choice([None, instant(draft, order["placed_at"])]),
        )
