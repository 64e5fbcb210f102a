"""The kinds of movement, and the component of an order's money that each belongs to."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

COST_KINDS = {
    "shipping": "shipping_cost",
    "fulfilment": "fulfilment_cost",
    "packaging": "packaging_cost",
    "payment_fee": "payment_fee",
    "commission": "commission",
    "return_handling": "return_handling",
    "chargeback_fee": "chargeback_fee",
    "service": "service_cost",
}

COMPONENTS = {
    **dict.fromkeys(("line", "edit", "exchange"), "gross"),
    "discount": "discount",
    **dict.fromkeys(("refund", "chargeback"), "refund"),
    **dict.fromkeys(("shipping", "refund_shipping"), "shipping"),
    **{kind: kind for kind in ("fee", "tip", "duty", "deposit", "adjustment", "fx_effect")},
    **dict.fromkeys(("gift_card_sold", "gift_card_redeemed"), "gift_card"),
    **dict.fromkeys(("store_credit_issued", "store_credit_redeemed"), "store_credit"),
    **dict.fromkeys(("tax", "edit_tax", "refund_tax"), "tax"),
    **dict.fromkeys(("cost_of_goods", "cost_of_goods_returned", *COST_KINDS.values()), "cost"),
}


@dataclass(frozen=True)
class Movement:
    """One movement of an order's money in its own currency, or where `is_converted`, in the shop's."""

    kind: str
    amount: Decimal
    day: dt.date
    line_id: str | None = None
    refund_id: str | None = None
    refund_line_no: int | None = None
    reason: str | None = None
    tax_rate: Decimal | None = None
    is_allocated: bool = False
    is_converted: bool = False
