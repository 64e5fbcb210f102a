"""How an order is planned by its buyer, and placed."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from pipelines.sources.demo.amounts import ZERO, Terms, cut
from pipelines.sources.demo.checkout import Checkout
from pipelines.sources.demo.lives import Change, OrderLife, Row, Standing
from pipelines.sources.demo.paying import PaymentMethod, State, fee_on, first_payments
from pipelines.sources.demo.people import Account

if TYPE_CHECKING:
    from pipelines.sources.demo.catalogue import Catalogue, Product
    from pipelines.sources.demo.chance import Dice

_STANDINGS: dict[State, Standing] = {
    **{"paid": "counts", "pending": "pending", "confirmed": "on_account", "authorised": "on_account"},
    **{"draft": "draft", "failed": "failed"},
}
_RAW = {"paid": "betaald", "pending": "open", "confirmed": "bevestigd", "authorised": "geautoriseerd"}
_RAW |= {"draft": "concept", "failed": "mislukt"}
_FREE_SHIPPING_FROM = Decimal(50)
_SHIPPING = {"NL": Decimal("4.95"), "BE": Decimal("7.95"), "DE": Decimal("7.95"), "FR": Decimal("9.95")}
_FAR_SHIPPING = Decimal("19.95")


@dataclass(frozen=True)
class Plan:
    """What the buyer is about to do.

    Attributes:
        goods: Articles and pieces.
        card: Price and kind of the gift card in the basket.
        line_discount: Share off the price of every article.
        order_discount: Share off the order that its lines do not show.
        redeemed: What is paid with that is no money: kind and amount.
        points: Loyalty points in money.
        is_express: Shipping is never free.
        ships: The goods are sent off soon after.
    """

    terms: Terms
    goods: tuple[tuple[Product, int], ...] = ()
    card: tuple[Decimal, str] | None = None
    order_type: str = "sale"
    original_order_id: str | None = None
    sales_channel: str = "web"
    marketing_channel: str | None = None
    payment_method: PaymentMethod = "ideal"
    state: State = "paid"
    line_discount: Decimal = ZERO
    order_discount: Decimal = ZERO
    redeemed: tuple[tuple[str, Decimal], ...] = ()
    points: Decimal = ZERO
    is_welcome: bool = False
    has_tip: bool = False
    has_gift_wrap: bool = False
    has_duty: bool = False
    has_fee: bool = False
    is_express: bool = False
    shipping_is_line: bool = False
    is_test: bool = False
    ships: bool = True


@dataclass(frozen=True)
class Buyer:
    """Who stands at the till, as the shop sees it and as it is."""

    person_id: str | None
    is_personal: bool
    account_id: str | None
    email: str | None


@dataclass(frozen=True)
class Note:
    """A credit note that names no order; in the shop's currency."""

    row: Row
    at: dt.datetime
    buyer: Buyer


@dataclass
class World:
    """The shop while it is lived through."""

    catalogue: Catalogue
    zone: ZoneInfo
    lives: list[OrderLife] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    accounts: dict[str, Account] = field(default_factory=dict)
    subscriptions: list[Row] = field(default_factory=list)

    def utc(self, local: dt.datetime) -> dt.datetime:
        """The UTC instant of a local time, as the contract writes it."""
        return local.replace(tzinfo=self.zone).astimezone(dt.UTC).replace(tzinfo=None)

    def day(self, at: dt.datetime) -> dt.date:
        """The business day of an instant."""
        return at.replace(tzinfo=dt.UTC).astimezone(self.zone).date()


@dataclass
class Visit:
    """One purchase: what its consequences need to know.

    Attributes:
        wallet: The person's store credit: from when, and how much.
    """

    world: World
    dice: Dice
    buyer: Buyer
    plan: Plan
    wallet: list[tuple[dt.datetime, Decimal]]

    def place(self, order_id: str, placed_at: dt.datetime, buyer: Buyer, plan: Plan) -> OrderLife:
        """Place a further order that follows from this one."""
        return place(replace(self, buyer=buyer, plan=plan), order_id, placed_at)


def place(visit: Visit, order_id: str, placed_at: dt.datetime) -> OrderLife:
    """Place the visit's order; it is the newest in the world's `lives`."""
    world, plan, buyer = visit.world, visit.plan, visit.buyer
    till = Checkout(order_id, plan.terms)
    _fill(till, plan, world.day(placed_at))
    goods_net = sum((part.net for part in till.goods), ZERO)
    goods_tax = sum((part.tax for part in till.goods), ZERO)
    revenue = goods_net - (cut(plan.points * goods_net / (goods_net + goods_tax)) if plan.points else ZERO)
    is_paid, state = plan.state == "paid", plan.state
    row: Row = {
        "order_id": order_id,
        "order_number": f"{placed_at:%y}{order_id.replace('-', '')}",
        "placed_at": placed_at,
        "updated_at": placed_at,
        "status": {"confirmed": "pending"}.get(state, state),
        "status_raw": _RAW[state],
        "customer_id": buyer.account_id,
        "customer_email": buyer.email,
        "currency": plan.terms.currency,
        "prices_include_tax": plan.terms.prices_include_tax,
        "sales_channel": plan.sales_channel,
        "marketing_channel": plan.marketing_channel,
        "discount_codes": _codes(plan),
        "country": plan.terms.country,
        "is_test": plan.is_test,
        "order_type": plan.order_type,
        "original_order_id": plan.original_order_id,
        "confirmed_at": placed_at if state in ("confirmed", "authorised") else None,
        "paid_at": placed_at if is_paid else None,
        "is_reverse_charge": plan.terms.is_reverse_charge,
        **till.amounts(),
    }
    life = OrderLife(
        order_id=order_id,
        person_id=buyer.person_id,
        is_personal=buyer.is_personal,
        placed_at=placed_at,
        terms=plan.terms,
        row=row,
        rows=[("order_lines", line) for line in till.lines],
        goods=till.goods,
        shipping=till.shipping,
        revenue=revenue,
        standing="test" if plan.is_test else _STANDINGS[state],
        flaw=_flaw(plan, goods_net),
        is_welcome=plan.is_welcome and bool(plan.goods),
    )
    points = (("loyalty_points", plan.points),)
    life.rows += [
        ("payments", payment)
        for payment in first_payments(life, plan.payment_method, plan.state, till.total, plan.redeemed + points)
    ]
    if plan.sales_channel != "pos":
        life.rows += [("tax_lines", line) for line in till.tax_lines()]
    if plan.order_type == "marketplace":
        life.rows.append(life.cost_of("commission", fee_on(till.total, Decimal("0.12"), Decimal("0.85")), placed_at))
    if is_paid and plan.ships and plan.sales_channel != "pos" and plan.goods:
        send_off(life, visit.dice, placed_at)
    world.lives.append(life)
    return life


def send_off(life: OrderLife, dice: Dice, since: dt.datetime) -> None:
    """The goods leave the shop one to four days later."""
    at = dice.later(since, 0.3, 3.5)
    country = life.terms.country
    carrier = Decimal("3.85") if country == "NL" else Decimal("7.10") if life.terms.is_in_eu else Decimal("16.40")
    rows = (
        life.cost("shipping", carrier, at),
        life.cost("fulfilment", Decimal("1.20"), at),
        life.cost("packaging", Decimal("0.45") + Decimal("0.10") * len(life.goods), at),
    )
    life.happen(Change(at, order={"status_raw": "verzonden"}, rows=rows))


def _fill(till: Checkout, plan: Plan, day: dt.date) -> None:
    """Put everything into the basket, in the order of the receipt."""
    for product, quantity in plan.goods:
        # The shop's till knows what an article costs; the web shop does not.
        till.sell(product, quantity, plan.line_discount, day if plan.sales_channel == "pos" else None)
    till.take_off(plan.order_discount)
    if plan.card:
        till.sell_card(*plan.card)
    if plan.has_gift_wrap:
        till.charge_taxed("fee", "Cadeauverpakking", Decimal("2.50"))
    if plan.has_tip:
        till.charge("tip", "Fooi", plan.terms.in_currency(Decimal(2)))
    if plan.has_duty:
        till.charge("duty", "Invoerrechten", plan.terms.in_currency(Decimal("6.30")))
    if plan.has_fee:
        till.add_fee(Decimal("1.25"))
    if _pays_shipping(plan, till.total):
        till.ship(_SHIPPING.get(plan.terms.country, _FAR_SHIPPING), plan.shipping_is_line)
    # There are no coins of one and two cents in use.
    rounding = (till.total * 20).quantize(Decimal(1)) / 20 - till.total
    if plan.payment_method == "cash" and rounding:
        till.charge("adjustment", "Afronding", rounding)


def _pays_shipping(plan: Plan, total: Decimal) -> bool:
    if not plan.goods or not total or (plan.sales_channel, plan.order_type) != ("web", "sale"):
        return False
    return plan.is_express or total < _FREE_SHIPPING_FROM or plan.terms.country not in ("NL", "BE")


def _codes(plan: Plan) -> str | None:
    """What the buyer typed for a discount; articles reduced for everybody need no code."""
    codes = ["WELKOM10"] if plan.is_welcome else []
    if plan.order_discount:
        codes.append(f"ACTIE{plan.order_discount * 100:.0f}")
    return ", ".join(codes) if codes and plan.goods else None


def _flaw(plan: Plan, goods_net: Decimal) -> str | None:
    if plan.order_type != "sale":
        return plan.order_type
    if not plan.goods:
        return "no_merchandise"
    return "zero_value" if goods_net <= 0 else None
