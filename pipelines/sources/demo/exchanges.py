"""Orders that change after they were placed, and orders that follow from others."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal

from pipelines.sources.demo.amounts import Terms
from pipelines.sources.demo.catalogue import Product
from pipelines.sources.demo.lives import Change, OrderLife, Row
from pipelines.sources.demo.orders import Buyer, Plan, Visit
from pipelines.sources.demo.paying import payment_row
from pipelines.sources.demo.refunds import Step, give_back


def added(life: OrderLife, visit: Visit) -> None:
    """The buyer calls and adds an article, and pays for it at once."""
    at = visit.dice.later(life.placed_at, 0.02, 2)
    product = _another(life, visit)
    edit, net, tax = _in(life, product, "edit", at)
    payment = ("payments", payment_row(life, "ideal", (net + tax).quantize(Decimal("0.01")), "settled", at))
    life.happen(Change(at, rows=(edit, payment), revenue=net))


def removed(life: OrderLife, visit: Visit) -> None:
    """The buyer calls and takes an article off; the shop pays it back by hand."""
    at = visit.dice.later(life.placed_at, 0.02, 2)
    edit, net = _out(life, "edit", at)
    life.happen(Change(at, rows=(edit,), revenue=-net, is_stamped=visit.dice.happens(0.8)))


def exchanged(is_even: bool) -> Step:
    """An article comes back and another goes out, within the order; the difference is settled by hand."""

    def step(life: OrderLife, visit: Visit) -> None:
        at = visit.dice.later(life.last_at, 3, 25)
        back, net_back = _out(life, "exchange", at)
        if is_even:
            # The same article in another colour, at the price that was paid.
            _, row = back
            number = life.number("edit")
            opposite = {name: -row[name] for name in ("quantity", "net_amount", "tax_amount")}
            forth = {**row, **opposite, "edit_id": f"e{number}", "line_id": None, "is_restocked": None}
            life.happen(Change(at, rows=(back, ("order_edits", forth))))
            return
        out, net, _ = _in(life, _another(life, visit), "exchange", at)
        life.happen(Change(at, rows=(back, out), revenue=net - net_back))

    return step


def exchange_order(life: OrderLife, visit: Visit) -> None:
    """As exchange apps do it: the goods are refunded as credit, and a new order is paid with it."""
    at, credit = give_back(life, visit, (3, 20), reason="ruilen", status="refunded", to_credit=True)
    plan = Plan(
        terms=life.terms,
        goods=((_another(life, visit), 1),),
        order_type="exchange",
        original_order_id=life.order_id,
        marketing_channel=visit.plan.marketing_channel,
        redeemed=(("store_credit", credit),),
    )
    new = visit.place(f"{life.order_id}-x", visit.dice.later(at, 0.01, 2), visit.buyer, plan)
    new.mark("exchange_order")


def free_order(order_type: str) -> Step:
    """A second order that costs nothing: the same article once more, for one that broke or did not fit."""

    def step(life: OrderLife, visit: Visit) -> None:
        product = life.goods[0].product
        assert product is not None
        plan = Plan(
            terms=life.terms,
            goods=((product, 1),),
            order_type=order_type,
            original_order_id=life.order_id,
            marketing_channel=visit.plan.marketing_channel,
            line_discount=Decimal(1),
        )
        at = visit.dice.later(life.last_at, 2, 20)
        new = visit.place(f"{life.order_id}-{order_type[0]}", at, visit.buyer, plan)
        new.mark("replacement" if order_type == "replacement" else "exchange_order_free")

    return step


def card_given_away(life: OrderLife, visit: Visit) -> None:
    """Somebody else, so far unknown, pays with the gift card that was bought."""
    assert visit.plan.card is not None
    price, kind = visit.plan.card
    receiver = Buyer(f"{life.person_id}-receiver", True, None, f"cadeau.{life.order_id}@post.example")
    at = visit.dice.later(life.placed_at, 5, 90)
    plan = Plan(
        terms=Terms("NL"),
        goods=((visit.world.catalogue.basket(visit.dice, "tea", 1)[0], 2),),
        redeemed=(("gift_card", price),),
        marketing_channel="direct",
    )
    trap = "gift_card_redeemed"
    if kind == "single_purpose":
        card = next(row for name, row in life.rows if name == "order_lines")
        workshop = ((visit.world.catalogue.named("Workshop koffieproeven"), 1),)
        redeemed = (("gift_card", card["net_amount"]),)
        terms = Terms("NL", is_untaxed=True)
        plan = replace(plan, terms=terms, goods=workshop, redeemed=redeemed, sales_channel="pos", ships=False)
        trap = "voucher_redeemed"
    visit.place(f"{life.order_id}-g", at, receiver, plan).mark(trap)


def _another(life: OrderLife, visit: Visit) -> Product:
    """An article that the order does not have."""
    have = {part.product for part in life.goods}
    return next(
        product for product in visit.world.catalogue.basket(visit.dice, "tea", len(have) + 1) if product not in have
    )


def _edit(life: OrderLife, product: Product | None, kind: str, at: dt.datetime) -> Row:
    return {
        "order_id": life.order_id,
        "edit_id": f"e{life.number('edit')}",
        "edited_at": at,
        "kind": kind,
        "product_id": product.product_id if product else None,
        "sku": product.sku if product else None,
        "category": product.category if product else None,
    }


def _in(life: OrderLife, product: Product, kind: str, at: dt.datetime) -> tuple[tuple[str, Row], Decimal, Decimal]:
    value = life.terms.price(product.price, product.vat_class)
    row = _edit(life, product, kind, at) | {"quantity": 1, "net_amount": value.net, "tax_amount": value.tax}
    return ("order_edits", row), value.net, value.tax


def _out(life: OrderLife, kind: str, at: dt.datetime) -> tuple[tuple[str, Row], Decimal]:
    """One piece of the first line goes out, at what was paid for it."""
    part = life.goods[0]
    net, tax = life.terms.part(part.net, part.tax, part.rate, Decimal(1) / part.quantity)
    row = _edit(life, part.product, kind, at)
    row |= {"line_id": part.line_id, "quantity": -1, "net_amount": -net, "tax_amount": -tax, "is_restocked": True}
    return ("order_edits", row), net
