"""Small valid shops by chance: every part of the contract that money needs, in any combination that a shop may have.

One generator serves both: Hypothesis draws from it, and the warehouse is filled from fixed seeds. Amounts are whole
cents; in dollars and pounds they are exact in the shop's currency too, wherever nothing is spread, in kronor never.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from tests.conformance import shops
from tests.conformance.aftermath import add_costs, add_payments, add_refunds_and_edits
from tests.conformance.draft import ARTICLES, FIRST_DAY, Draft, goods, instant, tax_on

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping
    from random import Random

    from tests.conformance.shops import Row, Shop

TAX_RATES = ("0.21", "0.09", "0")
OTHER_LINES = ("gift_card", "shipping", "fee", "tip", "duty", "deposit", "adjustment")


def generate(random: Random, order_count: int, settings: Mapping[str, object] | None = None) -> Shop:
    """A shop of so many orders, and some credit notes that name none."""
    draft = Draft(random, [f"person{n}" for n in range(max(2, order_count // 4))])
    for number in range(order_count):
        _add_order(draft, f"order{number}")
    for number in range(order_count // 10):
        draft.add(
            "refunds",
            refund_id=f"note{number}",
            refunded_at=instant(draft, FIRST_DAY),
            customer_id=random.choice([*draft.people, None]),
            net_amount=draft.cents(1, 2000),
            tax_amount=draft.cents(0, 300),
        )
    return shops.make_shop(settings, **draft.tables, **_catalogue(draft))


def _catalogue(draft: Draft) -> dict[str, list[Row]]:
    """Accounts, one merged away, some contacts of a company; articles of dated, one, late and no cost."""
    return {
        "customers": [
            {
                "customer_id": name,
                "email_hash": f"{name}@shop",
                "company_id": draft.random.choice([None] * 5 + ["firm", "merged", draft.people[0]]),
            }
            for name in draft.people[::2]
        ],
        "customer_aliases": [{"old_customer_id": "merged", "surviving_customer_id": draft.people[0]}],
        "products": [
            {"product_id": "cup", "category": "cups", "unit_cost_amount": "3.25"},
            {"product_id": "pot", "category": "pots", "unit_cost_amount": "8.40", "cost_valid_from": "2024-01-01"},
            {"product_id": "lid", "category": "lids"},
            {"product_id": "card"},
        ],
        # A third of a jar's value is a card, which is of no category.
        "bundle_components": [
            {"product_id": "jar", "component_product_id": "lid", "value_rate": "0.4"},
            {"product_id": "jar", "component_product_id": "cup", "value_rate": "0.4"},
            {"product_id": "jar", "component_product_id": "card", "value_rate": "0.4"},
        ],
        "product_costs": [
            {"product_id": "mug", "valid_from_date": "2023-06-01", "unit_cost_amount": "2.10"},
            {"product_id": "mug", "valid_from_date": "2024-03-31", "unit_cost_amount": "2.45"},
        ],
    }


def _add_order(draft: Draft, order_id: str) -> None:
    random = draft.random
    originals = [row for row in draft.tables["orders"] if row["order_type"] == "sale" and row["status"] == "paid"]
    kinds = ["sale"] * 15 + ["replacement", "sample", "staff", "marketplace", "marketplace"]
    kind = random.choice([*kinds, "exchange", "exchange"] if originals else kinds)
    original = random.choice(originals) if kind == "exchange" else None
    # Now and then somebody places two orders at once.
    twin = random.choice(draft.tables["orders"]) if draft.tables["orders"] and draft.chance(0.15) else None
    if original is not None:
        placed_at, buyer = instant(draft, original["placed_at"]), _buyer_of(original)
    elif twin is not None:
        placed_at, buyer = twin["placed_at"], _buyer_of(twin)
    else:
        placed_at, buyer = instant(draft, FIRST_DAY), _buyer(draft)
    order = draft.add(
        "orders",
        order_id=order_id,
        order_number=random.choice([None, f"NL-{random.randint(1, 150)}"]),
        placed_at=placed_at,
        currency=random.choice(["EUR"] * 5 + ["USD", "GBP", "SEK"]),
        country=random.choice(["NL", "BE", None]),
        order_type=kind,
        fulfilled_at=instant(draft, placed_at) if draft.chance(0.8) else None,
        original_order_id=None if original is None else original["order_id"],
        tags=random.choice(
            [None] * 12 + ["Test", "influencer , vip", "vip", *["Abonnement, vip", "vip ,abonnement"] * 3]
        ),
        discount_codes=random.choice([None] * 3 + ["WELKOM10", "zomer, hallo", "zomer"]),
        sales_channel="bol" if kind == "marketplace" else random.choice(["web", "pos"]),
        shipping_net_amount=draft.cents(0, 900) if draft.chance(0.5) else Decimal(0),
        fee_net_amount=draft.cents(0, 300) if draft.chance(0.2) else Decimal(0),
        is_reverse_charge=draft.chance(0.05),
        **buyer,
        **_state(draft, placed_at),
    )
    lines = [_line(draft, order, str(number + 1)) for number in range(random.randint(1, 4))]
    _discount_and_tax(draft, order, lines)
    if draft.chance(0.4):
        add_payments(draft, order, lines)
    if order["status"] not in ("draft", "pending", "failed"):
        add_refunds_and_edits(draft, order, lines)
    if draft.chance(0.3):
        add_costs(draft, order)


def _buyer(draft: Draft) -> Row:
    """An account, a guest with or without an address; an account that has none of its own may type one."""
    name = draft.random.choice([*draft.people, "merged"])
    address = f"{draft.random.choice([*draft.people, 'guest1', 'guest2'])}@shop"
    return draft.random.choice(
        [
            {"customer_id": name},
            {"customer_id": name},
            {"customer_id": name, "customer_email_hash": address},
            {"customer_id": None, "customer_email_hash": address},
            {"customer_id": None, "customer_email_hash": None},
        ]
    )


def _buyer_of(order: Row) -> Row:
    return {name: order.get(name) for name in ("customer_id", "customer_email_hash")}


def _state(draft: Draft, placed_at: dt.datetime) -> Row:
    """Status and stamps. Who is paid while pending, or after the order expired, no shop says."""
    plain = ["paid"] * 12 + ["partially_refunded", "refunded", "cancelled", "cancelled", "cancelled"]
    status = draft.random.choice(
        [*plain, "authorised", "authorised", "pending", "pending", "draft", "failed", "expired"]
    )
    state: Row = {"status": status, "is_test": draft.chance(0.03)}
    if status in ("authorised", "pending") and draft.chance(0.6):
        state["confirmed_at"] = placed_at
    if status in ("authorised", "cancelled", "paid") and draft.chance(0.5):
        state["paid_at"] = instant(draft, placed_at)
    if status == "cancelled" and draft.chance(0.5):
        state["cancelled_at"] = instant(draft, placed_at)
    return state


def _line(draft: Draft, order: Row, line_id: str) -> Row:
    random = draft.random
    line_type = "product" if draft.chance(0.75) else random.choice(OTHER_LINES)
    article = random.choice(ARTICLES) if line_type == "product" else line_type
    is_free = line_type == "product" and (draft.chance(0.08) or order["order_type"] == "sample")
    net = Decimal(0) if is_free else draft.cents(1, 8000)
    discount = draft.cents(0, 900) if line_type == "product" and draft.chance(0.3) else Decimal(0)
    is_prepaid = line_type in ("product", "gift_card") and draft.chance(0.15)
    rate = "0" if order["is_reverse_charge"] else random.choice(TAX_RATES)
    return draft.add(
        "order_lines",
        order_id=order["order_id"],
        line_id=line_id,
        product_id=article,
        # A cup and a pot have the catalogue's.
        category={"mug": "cups", "jar": "jars"}.get(article),
        sku=article if draft.chance(0.8) else None,
        quantity=random.randint(1, 4),
        net_amount=-net if line_type == "adjustment" and draft.chance(0.5) else net,
        discount_net_amount=discount,
        list_net_amount=net + discount if draft.chance(0.3) else None,
        tax_amount=tax_on(net, rate) if line_type != "adjustment" else Decimal(0),
        tax_rate=rate if line_type != "adjustment" else None,
        unit_cost_amount=draft.cents(0, 1500) if draft.chance(0.2) else None,
        line_type=line_type,
        subscription_id=random.choice(["beans", "tea"]) if draft.chance(0.1) else None,
        delivery_count=random.choice([2, 3, 12]) if is_prepaid else 1,
        delivery_interval=random.choice(["week", "month", "quarter", "year", None]) if is_prepaid else None,
        selling_plan="monthly" if draft.chance(0.05) else None,
    )


def _discount_and_tax(draft: Draft, order: Row, lines: list[Row]) -> None:
    """The order's own discount, its tax told in one of four ways, and the total that follows."""
    worth = goods(lines, "net_amount")
    part = draft.cents(0, int(worth * 100))
    discount = draft.random.choice([*[Decimal(0)] * 8, part, part, part, worth])
    order["undistributed_discount_net_amount"] = discount
    line_tax = sum((row["tax_amount"] for row in lines), Decimal(0))
    shipping_tax = Decimal(0) if order["is_reverse_charge"] else tax_on(order["shipping_net_amount"], "0.21")
    way = draft.random.choice(["of the lines", "of the order", "without rates", "by rate"])
    if way != "of the lines":
        order["tax_amount"] = line_tax + shipping_tax
    if way == "without rates":
        for row in lines:
            row["tax_rate"] = None
    if way == "by rate":
        taxed = [(row["line_id"], row["tax_rate"] or "0", row["tax_amount"]) for row in lines]
        for number, (line_id, rate, tax) in enumerate([*taxed, (None, "0.21", shipping_tax)]):
            draft.add(
                "tax_lines",
                order_id=order["order_id"],
                tax_line_no=number,
                line_id=line_id,
                tax_rate=rate,
                tax_amount=tax,
            )
    net = sum((row["net_amount"] for row in lines), Decimal(0)) + order["shipping_net_amount"] + order["fee_net_amount"]
    order["total_gross_amount"] = net - discount + order.get("tax_amount", line_tax)
