"""What may become of an order: every trap that money sets, with how often it happens to whom."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from pipelines.sources.demo import exchanges, payments, refunds
from pipelines.sources.demo.people import Kind
from pipelines.sources.demo.refunds import Step

# For points, which must be less than what is bought, and for what takes one article and leaves others.
_MANY = 2


@dataclass(frozen=True)
class Fate:
    """One thing that may become of an order.

    Attributes:
        name: The trap that it plants.
        rates: Share of the orders of each kind of buyer.
        plan: How the order is placed, where it differs from any other.
        steps: What happens to it afterwards.
        min_articles: Different articles that the order needs.
        is_dutch: Only for orders to the Netherlands.
    """

    name: str
    rates: dict[Kind, float]
    plan: dict[str, Any] = field(default_factory=dict)
    steps: tuple[Step, ...] = ()
    min_articles: int = 1
    is_dutch: bool = False


def _all(rate: float) -> dict[Kind, float]:
    return {"consumer": rate, "marketplace": rate, "staff": rate, "till": rate}


PLAIN = Fate("plain", {"consumer": 0.634, "staff": 0.94, "till": 0.92, "marketplace": 0.92})
_LATER: dict[str, Any] = {"payment_method": "pay_later", "state": "authorised", "has_fee": True}
_INVOICE: dict[str, Any] = {"payment_method": "invoice", "state": "authorised"}
_TRANSFER: dict[str, Any] = {"payment_method": "transfer", "state": "pending"}
_FREE: dict[str, Any] = {"line_discount": Decimal(1)}
_GIFT_CARD: dict[str, Any] = {"goods": (), "card": (Decimal(50), "multi_purpose")}
_VOUCHER: dict[str, Any] = {"goods": (), "card": (Decimal(49), "single_purpose")}

_REFUNDS = (
    Fate("full_refund", _all(0.02), steps=(refunds.refund(),)),
    Fate("partial_refund", _all(0.04), steps=(refunds.refund(whole=False),), min_articles=_MANY),
    Fate("late_refund", {"consumer": 0.004}, steps=(refunds.refund((200, 500), is_stamped=True),)),
    Fate("refund_without_stamp", {"consumer": 0.002}, steps=(refunds.refund((30, 150), is_stamped=False),)),
    Fate("refund_not_restocked", {"consumer": 0.008}, steps=(refunds.refund(is_restocked=False),)),
    Fate("store_credit_issued", {"consumer": 0.012}, steps=(refunds.refund(to_credit=True),)),
    Fate("amount_refund", {"consumer": 0.01}, steps=(refunds.amount_only(0.1, 0.4, "te laat geleverd"),)),
    Fate("over_refund", {"consumer": 0.003}, steps=(refunds.amount_only(1.05, 1.3, "coulance"),)),
    Fate("goodwill", {"consumer": 0.012}, steps=(refunds.goodwill,)),
    Fate("shipping_refund", {"consumer": 0.005}, {"is_express": True}, (refunds.shipping_only,)),
    Fate("refund_adjustment", {"consumer": 0.003}, steps=(refunds.adjustment,)),
    Fate("refund_pending_then_settled", {"consumer": 0.004}, steps=(refunds.delayed("settled"),)),
    Fate("refund_failed", {"consumer": 0.002}, steps=(refunds.delayed("failed"),)),
    Fate("chargeback", {"consumer": 0.003}, {"payment_method": "card"}, (refunds.chargeback,)),
    Fate("credit_note_without_order", {"consumer": 0.003}, steps=(refunds.credit_note,)),
)
_CHANGES = (
    Fate("edit_added", {"consumer": 0.008}, steps=(exchanges.added,)),
    Fate("edit_removed", {"consumer": 0.008}, steps=(exchanges.removed,), min_articles=_MANY),
    Fate("exchange_even", {"consumer": 0.008}, steps=(exchanges.exchanged(is_even=True),)),
    Fate("exchange_uneven", {"consumer": 0.006}, steps=(exchanges.exchanged(is_even=False),)),
    Fate("returned_for_exchange", {"consumer": 0.006}, steps=(exchanges.exchange_order,)),
    Fate("exchanged_for_free", {"consumer": 0.003}, steps=(exchanges.free_order("exchange"),)),
    Fate("replaced", {"consumer": 0.005}, steps=(exchanges.free_order("replacement"),)),
    Fate("deleted", {"consumer": 0.004}, steps=(payments.deleted,)),
    Fate("reattributed", {"consumer": 0.004}, steps=(payments.reattributed,)),
)
_UNPAID = (
    Fate("failed", {"consumer": 0.01}, {"state": "failed"}),
    Fate("draft", {"consumer": 0.003}, {"state": "draft"}),
    Fate("draft_then_paid", {"consumer": 0.004}, {"state": "draft"}, (payments.paid_later(0.1, 9),)),
    Fate("pending", {"consumer": 0.004}, _TRANSFER),
    Fate("pending_then_paid", {"consumer": 0.03}, _TRANSFER, (payments.paid_later(0.5, 6),)),
    Fate("pending_then_expired", {"consumer": 0.006}, _TRANSFER, (payments.expired(7, 14),)),
    Fate("confirmed_then_paid", {"consumer": 0.006}, _TRANSFER | {"state": "confirmed"}, (payments.paid_later(3, 20),)),
    Fate("paid_later", {"consumer": 0.05}, _LATER, (payments.paid_later(5, 24, is_sent_before=True),)),
    Fate(
        "paid_after_expiry",
        {"consumer": 0.004, "business": 0.08},
        _INVOICE,
        (payments.paid_later(34, 60, is_sent_before=True),),
    ),
    Fate("never_paid", {"consumer": 0.002, "business": 0.03}, _INVOICE),
    Fate("never_paid_then_expired", {"consumer": 0.003, "business": 0.02}, _INVOICE, (payments.expired(33, 70),)),
    Fate("cancelled_before_payment", {"consumer": 0.012}, _TRANSFER, (payments.cancelled_unpaid,)),
    Fate("cancelled_after_payment", {"consumer": 0.012}, {"ships": False}, (payments.cancelled_paid(kept=Decimal(0)),)),
    Fate(
        "cancelled_part_kept", {"consumer": 0.003}, {"ships": False}, (payments.cancelled_paid(kept=Decimal("0.15")),)
    ),
    Fate("invoice_paid", {"business": 0.77}, _INVOICE, (payments.paid_later(7, 28, is_sent_before=True),)),
    Fate(
        "invoice_refunded",
        {"business": 0.10},
        _INVOICE,
        (payments.paid_later(7, 28, is_sent_before=True), refunds.refund(whole=False)),
        min_articles=_MANY,
    ),
)
_ODD = (
    Fate("zero_value_code", {"consumer": 0.003}, _FREE),
    Fate("zero_value_order_code", {"consumer": 0.002}, {"order_discount": Decimal(1), "line_discount": Decimal(0)}),
    Fate("sample", {"consumer": 0.003}, _FREE | {"order_type": "sample"}),
    Fate("test", {"consumer": 0.003}, {"is_test": True, "ships": False}),
    Fate("gift_card_sold", {"consumer": 0.01}, _GIFT_CARD, (exchanges.card_given_away,), is_dutch=True),
    Fate("voucher_sold", {"consumer": 0.004}, _VOUCHER, (exchanges.card_given_away,), is_dutch=True),
    Fate(
        "loyalty_points",
        {"consumer": 0.015},
        {"points": Decimal(5), "order_discount": Decimal(0)},
        min_articles=_MANY,
        is_dutch=True,
    ),
)
FATES = (PLAIN, *_REFUNDS, *_CHANGES, *_UNPAID, *_ODD)


def fates_of(kind: Kind, country: str) -> tuple[list[Fate], list[float]]:
    """What may become of the orders of such a buyer, and how often."""
    possible = [fate for fate in FATES if kind in fate.rates and (country == "NL" or not fate.is_dutch)]
    return possible, [fate.rates[kind] for fate in possible]
