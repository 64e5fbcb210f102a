"""Which traps an order shows, by name, so that tests can point at one."""

from __future__ import annotations

from pipelines.sources.demo.fates import Fate
from pipelines.sources.demo.lives import OrderLife
from pipelines.sources.demo.orders import Plan

_TELLING_LINES = ("tip", "duty", "deposit", "adjustment")


def mark(life: OrderLife, plan: Plan, fate: Fate) -> None:
    """Name the traps that the order shows: its fate once all of it has happened, and what it is from the start."""
    if fate.name not in ("plain", "credit_note_without_order"):
        life.mark(fate.name, life.last_at)
    for trap, is_shown in _shown(life, plan).items():
        if is_shown:
            life.mark(trap)
    for name, line in life.rows:
        if name != "order_lines":
            continue
        if line["line_type"] in _TELLING_LINES:
            life.mark(line["line_type"])
        if line["tax_rate"] is not None and plan.terms.country == "NL" and plan.terms.prices_include_tax:
            life.mark(f"vat_{line['tax_rate'] * 100:.0f}")


def _shown(life: OrderLife, plan: Plan) -> dict[str, bool]:
    terms, row = plan.terms, life.row
    return {
        "welcome_code": plan.is_welcome and bool(plan.goods),
        "line_discount": 0 < plan.line_discount < 1 and bool(plan.goods),
        "order_discount": 0 < plan.order_discount < 1 and bool(plan.goods),
        "free_shipping": plan.sales_channel == "web" and bool(plan.goods) and not life.shipping.net,
        "shipping_as_line": life.shipping.line_id is not None,
        "shipping_income": row["shipping_net_amount"] > 0,
        "order_fee": row["fee_net_amount"] > 0,
        "gift_wrap": plan.has_gift_wrap,
        "cost_unknown": any(not part.product.costs for part in life.goods if part.product),
        "guest": row["customer_id"] is None and life.is_personal,
        "oss_destination_rate": terms.prices_include_tax and terms.country != "NL",
        "reverse_charge": terms.is_reverse_charge,
        "tax_exclusive_prices": terms.is_business and not terms.is_reverse_charge,
        "business": terms.is_business,
        f"currency_{terms.currency}": terms.currency != "EUR",
        plan.order_type: plan.order_type in ("staff", "marketplace"),
        "till_sale": plan.sales_channel == "pos",
    }
