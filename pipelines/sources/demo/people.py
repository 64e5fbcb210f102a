"""Who buys in the demo shop: how often, for how much, under which account, and until when."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

from pipelines.sources.demo.chance import Dice

Kind = Literal["consumer", "business", "staff", "till", "marketplace"]
Habit = Literal["account", "guest", "login", "two_accounts", "three_accounts"]

# MBG/NBD (Batislam, Denizel and Filiztekin 2007): purchases come at random at a rate that is gamma-distributed over
# people, and after each, the first included, they leave for good with a probability that is beta-distributed.
RATE_SHAPE, RATE_MEAN_PER_WEEK = 0.9, 0.11
LEAVE_A, LEAVE_B = 1.1, 2.0
# Gamma-gamma: what a basket holds varies around a mean of the person's own.
SPEND_SHAPE = 3.0

# So many people come in so many days, evenly: the shop neither grows nor shrinks.
BLOCK_DAYS = 1096

_KINDS: dict[Kind, float] = {"consumer": 0.80, "business": 0.04, "staff": 0.01, "till": 0.08, "marketplace": 0.07}
_HABITS: dict[Habit, float] = {
    "account": 0.5,
    "guest": 0.3,
    "login": 0.14,
    "two_accounts": 0.05,
    "three_accounts": 0.01,
}
_COUNTRIES = {"NL": 0.80, "BE": 0.08, "DE": 0.06, "FR": 0.02, "GB": 0.02, "US": 0.01, "CH": 0.01}
_FIRST_NAMES = ("anna", "bram", "daan", "els", "fatima", "gijs", "hanna", "joris", "koen", "lotte", "mehmet", "noor")
_LAST_NAMES = ("bakker", "de.boer", "dekker", "jansen", "kaya", "mulder", "peters", "smit", "van.dijk", "visser")
_CHANNELS = {"organic": 0.3, "google_ads": 0.25, "social": 0.2, "newsletter": 0.1, "direct": 0.1, "affiliate": 0.05}
_TASTES = {"coffee": 0.5, "tea": 0.25, "equipment": 0.1, "tableware": 0.08, "books": 0.04, "drinks": 0.03}


@dataclass(frozen=True)
class Person:
    """Somebody who buys.

    Attributes:
        person_id: Ours; the shop does not know it.
        key: Of the random streams of what the person does.
        kind: Consumer, business, staff, or a buyer at the till or on the marketplace, whom nobody knows.
        habit: Under which accounts the person buys, or as a guest.
        switch_after: Orders before the log-in, or between one account and the next.
        merge_after_days: From the next account to the merger of both.
        opts_out_after_days: From the account to the no to marketing; None: never.
        first_day: Of the first purchase.
        rate_per_week: Purchases a week while active.
        leave_probability: Of leaving for good after a purchase.
        spend: The person's mean basket; 1 is everybody's mean.
        taste: The category mostly bought.
        marketing_channel: Of the first order.
    """

    person_id: str
    key: tuple[int, ...]
    kind: Kind
    habit: Habit
    country: str
    name: str
    switch_after: int
    merge_after_days: float
    accepts_marketing: bool
    opts_out_after_days: float | None
    first_day: dt.date
    rate_per_week: float
    leave_probability: float
    spend: float
    taste: str
    marketing_channel: str

    @property
    def is_known(self) -> bool:
        """Whether the person's orders belong to a customer."""
        return self.kind in ("consumer", "business")

    def account_number(self, order_number: int) -> int | None:
        """Which of the person's accounts an order is placed under, from 0; None: none, as a guest."""
        switches = order_number // self.switch_after
        match self.habit:
            case "account":
                return 0
            case "login":
                return 0 if switches else None
            case "two_accounts":
                return min(switches, 1)
            case "three_accounts":
                return min(switches, 2)
        return None

    def email(self, account_number: int | None) -> str:
        """The address of an account, or of the guest: that of the first account."""
        return f"{self.name}{'' if not account_number else account_number + 1}@post.example"


def draw_person(seed: int, block: int, number: int, start: dt.date) -> Person:
    """One of the people who come in a block of days; the draw depends on nothing but the arguments."""
    key = (seed, 1, block, number)
    dice = Dice(*key)
    first_day = start + dt.timedelta(days=block * BLOCK_DAYS + dice.whole(0, BLOCK_DAYS - 1))
    kind = dice.pick(list(_KINDS), list(_KINDS.values()))
    person_id = f"{block}{number:05d}"
    return make_person(dice, person_id, key, kind, first_day)


def make_person(dice: Dice, person_id: str, key: tuple[int, ...], kind: Kind, first_day: dt.date) -> Person:
    """Somebody of a kind."""
    is_business, is_once = kind == "business", kind in ("till", "marketplace")
    country = dice.pick(list(_COUNTRIES), list(_COUNTRIES.values()))
    if is_business:
        country = dice.pick(("NL", "DE", "BE"), (0.8, 0.1, 0.1))
    name = f"{dice.pick(_FIRST_NAMES)}.{dice.pick(_LAST_NAMES)}.{person_id}"
    return Person(
        person_id=person_id,
        key=key,
        kind=kind,
        habit="account" if kind in ("business", "staff") else dice.pick(list(_HABITS), list(_HABITS.values())),
        country=country if kind in ("consumer", "business") else "NL",
        name=f"inkoop.{person_id}" if is_business else name,
        switch_after=dice.whole(1, 3),
        merge_after_days=dice.between(10, 200),
        accepts_marketing=dice.happens(0.55),
        opts_out_after_days=dice.between(30, 900) if dice.happens(0.2) else None,
        first_day=first_day,
        rate_per_week=max(dice.gamma(RATE_SHAPE, RATE_MEAN_PER_WEEK * (2 if is_business else 1)), 1e-6),
        leave_probability=1.0 if is_once else dice.beta(LEAVE_A, LEAVE_B * (3 if is_business else 1)),
        spend=dice.gamma(SPEND_SHAPE, 4.0 if is_business else 1.0),
        taste=dice.pick(list(_TASTES), list(_TASTES.values())),
        marketing_channel=dice.pick(list(_CHANNELS), list(_CHANNELS.values())),
    )


@dataclass(frozen=True)
class Account:
    """An account of a person, as the shop keeps it."""

    account_id: str
    person_id: str
    email: str
    created_at: dt.datetime
    country: str
    accepts_marketing: bool
    opts_out_at: dt.datetime | None
    is_business: bool
    surviving_id: str | None = None
    merged_at: dt.datetime | None = None
