"""A person walks through the shop's years: every purchase, under which account, and what becomes of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from pipelines.sources.demo.amounts import ZERO, Terms
from pipelines.sources.demo.chance import Dice
from pipelines.sources.demo.fates import PLAIN, Fate, fates_of
from pipelines.sources.demo.marks import mark
from pipelines.sources.demo.orders import Buyer, Plan, Visit, World, place
from pipelines.sources.demo.paying import PaymentMethod
from pipelines.sources.demo.people import Account, Kind, Person

if TYPE_CHECKING:
    from pipelines.sources.demo.lives import OrderLife

_PAYMENT_METHODS: dict[str, dict[PaymentMethod, float]] = {
    "NL": {"ideal": 0.75, "card": 0.12, "paypal": 0.10, "direct_debit": 0.03},
    "abroad": {"card": 0.6, "paypal": 0.4},
    "till": {"card": 0.8, "cash": 0.2},
}
_CHANNELS = {"newsletter": 0.35, "direct": 0.3, "organic": 0.2, "google_ads": 0.15}
_WELCOME = Decimal("0.10")
_STAFF_DISCOUNT = Decimal("0.30")

_cached_fates = lru_cache(fates_of)


@dataclass(frozen=True)
class Script:
    """What is not left to chance: for the orders that must be there in any shop.

    Attributes:
        moments: Local times of the purchases; None: by chance.
        fate: Of the first order.
        plan: How the first order is placed.
        trap: What all the orders show together.
    """

    moments: tuple[dt.datetime, ...] | None = None
    fate: Fate | None = None
    plan: dict[str, Any] = field(default_factory=dict)
    trap: str | None = None


@dataclass
class Walk:
    """Somebody's purchases so far.

    Attributes:
        left_at: When the person left for good; None while still there.
    """

    world: World
    person: Person
    script: Script = Script()
    left_at: dt.datetime | None = None
    _wallet: list[tuple[dt.datetime, Decimal]] = field(default_factory=list)

    def until(self, end: dt.datetime) -> None:
        """Live through every purchase before an instant (UTC)."""
        for number, placed_at in enumerate(self._moments(end)):
            self._buy(number, placed_at)

    def _moments(self, end: dt.datetime) -> Iterator[dt.datetime]:
        """Instants of the purchases, in order."""
        world, person = self.world, self.person
        if self.script.moments is not None:
            yield from (at for local in self.script.moments if (at := world.utc(local)) < end)
            return
        dice = Dice(*person.key, 0)
        weeks = 0.0
        last: dt.datetime | None = None
        while True:
            day = person.first_day + dt.timedelta(days=int(weeks * 7))
            # Most people buy between seven and midnight, a few at night.
            hours = dice.between(0, 7) if dice.happens(0.04) else dice.between(7, 24)
            if person.kind == "till":
                hours = dice.between(9, 18)
            local = dt.datetime.combine(day, dt.time()) + dt.timedelta(seconds=int(hours * 3600))
            at = world.utc(local)
            if last is not None:
                at = max(at, last + dt.timedelta(minutes=1))
            if at >= end:
                return
            yield at
            last = at
            if dice.happens(person.leave_probability):
                self.left_at = at
                return
            weeks += dice.gap(person.rate_per_week)

    def _buy(self, number: int, placed_at: dt.datetime) -> None:
        person, script = self.person, self.script
        dice = Dice(*person.key, 1, number)
        fate = dice.pick(*_cached_fates(person.kind, person.country))
        if script.fate is not None:
            fate = PLAIN if number else script.fate
        plan = self._plan(dice, number, fate)
        if number == 0:
            plan = replace(plan, **script.plan)
        plan = self._with_credit(plan, placed_at) if fate.name == "plain" else plan
        visit = Visit(self.world, dice, self._buyer(dice, number, placed_at), plan, self._wallet)
        life = place(visit, f"{person.person_id}-{number + 1}", placed_at)
        if plan.redeemed:
            self._spend_credit(life)
        for step in fate.steps:
            step(life, visit)
        mark(life, plan, fate)
        if script.trap:
            life.mark(script.trap)

    def _plan(self, dice: Dice, number: int, fate: Fate) -> Plan:
        """What the person buys this time, and how."""
        person = self.person
        terms = Terms(person.country, is_business=person.kind == "business")
        count = 1 + int(dice.gamma(1.2, 1.6 * person.spend**0.5))
        articles = self.world.catalogue.basket(dice, person.taste, max(min(count, 8), fate.min_articles))
        pieces = [1 + int(dice.gamma(1.0, 0.35 * person.spend)) for _ in articles]
        methods = _PAYMENT_METHODS["till" if person.kind == "till" else "NL" if person.country == "NL" else "abroad"]
        plan = Plan(
            terms=terms,
            goods=tuple(zip(articles, pieces, strict=True)),
            marketing_channel=person.marketing_channel
            if number == 0
            else dice.pick(list(_CHANNELS), list(_CHANNELS.values())),
            payment_method=dice.pick(list(methods), list(methods.values())),
            **_chances(dice, person.kind, number, terms),
        )
        return replace(plan, **fate.plan)

    def _buyer(self, dice: Dice, number: int, placed_at: dt.datetime) -> Buyer:
        """Who the shop takes the person for; makes the account at its first order."""
        person = self.person
        if person.kind == "till":
            return Buyer(None, False, None, None)
        if person.kind == "marketplace":
            # The marketplace hides the buyer's address behind one for this order.
            return Buyer(None, False, None, f"{person.person_id}-{number + 1}@verkopen.bol.example")
        account_number = person.account_number(number)
        email = person.email(account_number)
        account_id = None if account_number is None else f"a{person.person_id}-{account_number + 1}"
        if account_id is not None and account_id not in self.world.accounts:
            self._open_account(account_number or 0, account_id, placed_at)
        # People do not always write their address as the shop does.
        typed = dice.pick((email, email.upper(), f" {email.title()} "), (0.94, 0.03, 0.03))
        return Buyer(person.person_id, person.is_known, account_id, typed)

    def _open_account(self, number: int, account_id: str, placed_at: dt.datetime) -> None:
        person, accounts = self.person, self.world.accounts
        opened_at = placed_at - dt.timedelta(minutes=4)
        opts_out = person.opts_out_after_days
        accounts[account_id] = Account(
            account_id=account_id,
            person_id=person.person_id,
            email=person.email(number),
            created_at=opened_at,
            country=person.country,
            accepts_marketing=person.accepts_marketing,
            opts_out_at=opened_at + dt.timedelta(days=int(opts_out)) if opts_out is not None else None,
            is_business=person.kind == "business",
        )
        if number:
            old = f"a{person.person_id}-{number}"
            merged_at = opened_at + dt.timedelta(days=int(person.merge_after_days))
            accounts[old] = replace(accounts[old], surviving_id=account_id, merged_at=merged_at)

    def _with_credit(self, plan: Plan, placed_at: dt.datetime) -> Plan:
        """Pay with the store credit there is by now."""
        credit = sum((amount for at, amount in self._wallet if at < placed_at), ZERO)
        return replace(plan, redeemed=(("store_credit", credit),)) if credit and plan.goods else plan

    def _spend_credit(self, life: OrderLife) -> None:
        """What the order did not need stays in the wallet."""
        used = sum(
            (row["amount"] for name, row in life.rows if name == "payments" and row["kind"] == "store_credit"), ZERO
        )
        for position, (at, amount) in enumerate(self._wallet):
            taken = min(amount, used) if at < life.placed_at else ZERO
            self._wallet[position], used = (at, amount - taken), used - taken
        life.mark("store_credit_spent")


def _chances(dice: Dice, kind: Kind, number: int, terms: Terms) -> dict[str, Any]:
    """What sets an order apart from others without being a fate."""
    if kind == "till":
        return {"sales_channel": "pos"}
    if kind == "marketplace":
        return {"sales_channel": "bol", "order_type": "marketplace"}
    if kind == "staff":
        return {"order_type": "staff", "line_discount": _STAFF_DISCOUNT}
    if kind == "business":
        return {"shipping_is_line": True}
    is_welcome = number == 0 and dice.happens(0.2)
    discount = dice.pick(("line", "order", ""), (0.12, 0.08, 0.8))
    share = Decimal(dice.whole(1, 5)) / 20
    return {
        "is_welcome": is_welcome,
        "line_discount": _WELCOME if is_welcome else share if discount == "line" else ZERO,
        "order_discount": share if discount == "order" else ZERO,
        "has_tip": dice.happens(0.01),
        "has_gift_wrap": dice.happens(0.03),
        "has_duty": not terms.is_in_eu and dice.happens(0.5),
    }
