"""The demo shop from its first day on: everything that ever happened in it, before a given day.

What happened is a function of the parameters only. A later day adds what happened between, and nothing else; a shop
with more customers has the same first ones.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from pipelines.business_days import midnight
from pipelines.sources.demo.catalogue import Catalogue, draw_catalogue
from pipelines.sources.demo.currencies import ExchangeRates, draw_rates
from pipelines.sources.demo.lives import OrderLife, Row
from pipelines.sources.demo.orders import Note, World
from pipelines.sources.demo.people import BLOCK_DAYS, Account, Person, draw_person
from pipelines.sources.demo.showcase import draw_showcase
from pipelines.sources.demo.subscriptions import put_on_subscriptions, subscriptions_of
from pipelines.sources.demo.visits import Script, Walk

# Ten years of orders are a shop; more would only cost time.
CLOSES_AFTER_DAYS = 3652


@dataclass(frozen=True)
class Parameters:
    """What the shop's history follows from.

    Attributes:
        customers: People who come in the first three years; as many come in the next three.
        seed: Of all chance.
        start_date: First business day.
        timezone: IANA zone of the business day.
    """

    customers: int = 2000
    seed: int = 1
    start_date: dt.date = dt.date(2023, 1, 1)
    timezone: str = "Europe/Amsterdam"

    def midnight(self, day: dt.date) -> dt.datetime:
        """The UTC instant at which a business day begins."""
        return midnight(day, ZoneInfo(self.timezone))


@dataclass(frozen=True)
class History:
    """Everything that happened before `until`; can be looked at as of any day up to that one.

    Attributes:
        lives: Orders by the instant at which they were placed.
        notes: Credit notes that name no order.
        accounts: By id.
        left_at: When people left for good, by person; who is not there had not left.
    """

    parameters: Parameters
    until: dt.date
    catalogue: Catalogue
    rates: ExchangeRates
    lives: list[OrderLife]
    notes: list[Note]
    accounts: dict[str, Account]
    subscriptions: list[Row]
    people: dict[str, Person]
    left_at: dict[str, dt.datetime]

    def end(self, as_of: dt.date) -> dt.datetime:
        """The instant before which everything counts as of a day."""
        if as_of > self.until:
            raise ValueError(f"the history ends before {self.until}; it cannot be seen as of {as_of}")
        return self.parameters.midnight(as_of)

    def day(self, at: dt.datetime) -> dt.date:
        """The business day of an instant."""
        return at.replace(tzinfo=dt.UTC).astimezone(ZoneInfo(self.parameters.timezone)).date()


def live(parameters: Parameters, until: dt.date) -> History:
    """Live through the shop's days before `until`."""
    seed, start = parameters.seed, parameters.start_date
    end_day = min(until, start + dt.timedelta(days=CLOSES_AFTER_DAYS))
    catalogue = draw_catalogue(seed, start, until)
    world = World(catalogue, ZoneInfo(parameters.timezone))
    walks = [Walk(world, person, script) for person, script in draw_showcase(seed, start, catalogue)]
    for block in range(-(-max((end_day - start).days, 0) // BLOCK_DAYS)):
        people = (draw_person(seed, block, number, start) for number in range(parameters.customers))
        walks += [Walk(world, person, Script()) for person in people if person.first_day < end_day]
    end = parameters.midnight(end_day)
    for walk in walks:
        walk.until(end)
    people_by_id = {walk.person.person_id: walk.person for walk in walks}
    subscriptions = [
        row
        for account in world.accounts.values()
        if account.account_id.endswith("-1")
        for row in subscriptions_of(people_by_id[account.person_id], account)
    ]
    put_on_subscriptions(world.lives, subscriptions)
    return History(
        parameters=parameters,
        until=until,
        catalogue=catalogue,
        rates=draw_rates(seed, start, until),
        lives=sorted(world.lives, key=lambda life: (life.placed_at, life.order_id)),
        notes=world.notes,
        accounts=world.accounts,
        subscriptions=subscriptions,
        people=people_by_id,
        left_at={walk.person.person_id: walk.left_at for walk in walks if walk.left_at is not None},
    )
