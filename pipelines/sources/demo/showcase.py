"""The orders that must be there in a shop of any size: each trap once, in its first year."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from pipelines.sources.demo.catalogue import Catalogue
from pipelines.sources.demo.chance import Dice
from pipelines.sources.demo.fates import FATES, PLAIN, Fate
from pipelines.sources.demo.people import Habit, Kind, Person, make_person
from pipelines.sources.demo.visits import Script

_FIRST_DAY, _DAYS_APART = 5, 2
_EVENING, _AFTER_MIDNIGHT = dt.time(23, 30), dt.time(0, 30)


@dataclass(frozen=True)
class Scene:
    """One trap: who buys, how, and how many times.

    Attributes:
        goods: Titles of the articles; empty: by chance.
        orders: Purchases, three weeks apart.
    """

    trap: str | None = None
    fate: Fate = PLAIN
    kind: Kind = "consumer"
    habit: Habit = "account"
    country: str = "NL"
    goods: tuple[str, ...] = ()
    plan: dict[str, Any] = field(default_factory=dict)
    orders: int = 1


_NO_DISCOUNT: dict[str, Any] = {"line_discount": Decimal(0), "order_discount": Decimal(0), "is_welcome": False}
_COFFEE = ("Espresso bonen",)
_SCENES = (
    Scene(plan={"is_welcome": True, "line_discount": Decimal("0.10"), "order_discount": Decimal(0)}),
    Scene(plan={**_NO_DISCOUNT, "line_discount": Decimal("0.15")}, goods=("Theepot gietijzer", "Sencha")),
    # Two rates of tax under one discount on the order.
    Scene(plan={**_NO_DISCOUNT, "order_discount": Decimal("0.15")}, goods=("Theepot gietijzer", "Sencha", "Rooibos")),
    Scene(goods=("Espressomachine",)),
    Scene(goods=("Zonnepaneel voor het balkon",)),
    Scene(plan=_NO_DISCOUNT, goods=_COFFEE),
    Scene(plan={"has_tip": True}),
    Scene(plan={"has_gift_wrap": True}),
    Scene(plan={"has_fee": True, "payment_method": "pay_later"}),
    Scene(goods=("Cold brew 6 blikjes",)),
    # Nobody knows what these cost.
    Scene(goods=("Handgedraaide mok",)),
    *(Scene(country=country, goods=("Sencha", "Percolator")) for country in ("DE", "BE", "FR")),
    *(Scene(country=country, fate=fate) for country in ("GB", "US", "CH") for fate in FATES[:2]),
    Scene(country="US", plan={"has_duty": True}),
    Scene(country="CH", fate=next(fate for fate in FATES if fate.name == "amount_refund")),
    Scene(kind="business", country="DE"),
    Scene(kind="business"),
    Scene(kind="staff"),
    Scene(kind="marketplace"),
    Scene(kind="till"),
    Scene(kind="till", plan={"payment_method": "cash"}, goods=("Filterkoffie Ethiopië", "Waterfilter")),
    Scene(habit="guest", orders=2),
    Scene(habit="login", orders=2, trap="guest_then_account"),
    Scene(habit="two_accounts", orders=2, trap="accounts_merged"),
    Scene(habit="three_accounts", orders=3, trap="accounts_merged_twice"),
    Scene(fate=next(fate for fate in FATES if fate.name == "store_credit_issued"), orders=3),
)


def draw_showcase(seed: int, start: dt.date, catalogue: Catalogue) -> Iterator[tuple[Person, Script]]:
    """Everybody on show, each with what they will do."""
    scenes = [*_SCENES, *(Scene(fate=fate, kind=next(iter(fate.rates)), orders=2) for fate in FATES[1:])]
    for number, scene in enumerate(scenes):
        first = dt.datetime.combine(start, dt.time(12)) + dt.timedelta(days=_FIRST_DAY + _DAYS_APART * number)
        moments = tuple(first + dt.timedelta(days=21 * order, minutes=7 * number) for order in range(scene.orders))
        goods = {"goods": tuple((catalogue.named(title), 1 + len(title) % 2) for title in scene.goods)}
        plan = {**(goods if scene.goods else {}), **scene.plan}
        yield _person(seed, number, scene, first.date()), Script(moments, scene.fate, plan, scene.trap)
    for offset, (month, trap) in enumerate(((3, "clock_forward"), (10, "clock_back"))):
        moments = _around_clock_change(start, month)
        person = _person(seed, len(scenes) + offset, Scene(habit="guest"), moments[0].date())
        yield person, Script(moments, PLAIN, {}, trap)
    # Two orders on one day.
    first = dt.datetime.combine(start + dt.timedelta(days=30), dt.time(9))
    person = _person(seed, len(scenes) + 2, Scene(), first.date())
    yield person, Script((first, first + dt.timedelta(hours=11)), PLAIN, {}, "two_orders_on_a_day")


def _person(seed: int, number: int, scene: Scene, first_day: dt.date) -> Person:
    key = (seed, 4, number)
    person = make_person(Dice(*key), f"s{number:02d}", key, scene.kind, first_day)
    # Everyday baskets, so that what is on show is the trap; merged soon, so that it is seen within the year.
    return replace(
        person, habit=scene.habit, country=scene.country, switch_after=1, merge_after_days=15, spend=1.0, taste="coffee"
    )


def _around_clock_change(start: dt.date, month: int) -> tuple[dt.datetime, ...]:
    """Local times around midnight and around the lost or doubled hour of the first such night after the start."""
    sundays = (_last_sunday(year, month) for year in (start.year, start.year + 1))
    sunday = next(day for day in sundays if day > start + dt.timedelta(days=1))
    one_day = dt.timedelta(days=1)
    times = (
        (sunday - one_day, _EVENING, 0),
        (sunday, _AFTER_MIDNIGHT, 0),
        *(((sunday, dt.time(3, 10), 0),) if month == 3 else ((sunday, dt.time(2, 30), 0), (sunday, dt.time(2, 30), 1))),
        (sunday, _EVENING, 0),
        (sunday + one_day, _AFTER_MIDNIGHT, 0),
    )
    return tuple(dt.datetime.combine(day, time).replace(fold=fold) for day, time, fold in times)


def _last_sunday(year: int, month: int) -> dt.date:
    last = dt.date(year, month, 31)
    return last - dt.timedelta(days=(last.weekday() + 1) % 7)
