"""The kinds of movement, and the component of an order's money that each belongs to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.conformance.natural import Natural

if TYPE_CHECKING:
    import datetime as dt
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
    **dict.fromkeys(("prepaid_deferral", "prepaid_delivery"), "deferral"),
    **dict.fromkeys(("refund", "chargeback"), "refund"),
    **dict.fromkeys(("shipping", "refund_shipping"), "shipping"),
    **{kind: kind for kind in ("fee", "tip", "duty", "deposit", "adjustment", "fx_effect")},
    **dict.fromkeys(("gift_card_sold", "gift_card_redeemed"), "gift_card"),
    **dict.fromkeys(("store_credit_issued", "store_credit_redeemed"), "store_credit"),
    **dict.fromkeys(("tax", "edit_tax", "refund_tax"), "tax"),
    **dict.fromkeys(("cost_of_goods", "cost_of_goods_returned", *COST_KINDS.values()), "cost"),
}

# What comes with an order itself, and leaves the shop with it.
SALE_KINDS = (
    *("line", "discount", "prepaid_deferral", "shipping", "fee", "tip", "duty", "deposit", "adjustment", "tax"),
    "gift_card_sold",
)
# What the buyer paid for goods and got back; with what waits for its delivery, that is net revenue.
MERCHANDISE = ("gross", "discount", "refund")
NET_REVENUE = (*MERCHANDISE, "deferral")


@dataclass(frozen=True)
class Movement:
    """One movement of an order's money in its own currency, or where `is_converted`, in the shop's."""

    kind: str
    amount: Decimal
    at: dt.datetime
    line_id: str | None = None
    refund_id: str | None = None
    refund_line_no: int | None = None
    reason: str | None = None
    tax_rate: Decimal | None = None
    is_allocated: bool = False
    is_converted: bool = False
    is_cost_known: bool = False

    @property
    def component(self) -> str:
        return COMPONENTS[self.kind]

    @property
    def account(self) -> str:
        """What of an order must come to nothing together: merchandise in all its parts, else each component alone."""
        return "net_revenue" if self.component in MERCHANDISE else self.component

    @property
    def turn(self) -> tuple[Any, ...]:
        """When it moved; of one instant gross comes first, then by kind, line, refund and rate of tax."""
        numbers = ((part is None, part or 0) for part in (self.refund_line_no, self.tax_rate))
        ids = Natural(self.line_id), Natural(self.refund_id)
        return self.at, self.component != "gross", self.kind, *ids, *numbers
