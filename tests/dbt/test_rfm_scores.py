"""What must hold for the scores of any shop, and of shops where most customers are equal in particular."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise
from random import Random
from typing import TYPE_CHECKING, NamedTuple

import duckdb
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.builders import line, order
from tests.support.dbt_models import compiled_sql, failing_tests, make_models
from tests.support.raw_shop import make_raw, rows

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

AS_OF = dt.date(2025, 1, 1)
TODAY = AS_OF - dt.timedelta(days=1)
GONE_OR_GOING = {"about_to_sleep", "at_risk", "cannot_lose_them", "hibernating", "lost"}
SCORES = ("recency_score", "frequency_score", "monetary_score")
MEASURES = ("days_since_last_order", "window_purchase_day_count", "window_scored_amount")
# Opening one takes longer than the scores of a shop.
CONNECTION = duckdb.connect()

# Customer, day, and value of each order.
Orders = list[tuple[str, dt.date, int]]


class Customer(NamedTuple):
    """What the models say of one customer."""

    measures: tuple[int, ...]
    scores: tuple[int | None, ...]
    segment: str
    reason: str | None
    value: int
    tier: str


def subscriptions(rng: Random) -> Orders:
    """All are billed on the 1st, from some month on; some have stopped."""
    orders: Orders = []
    for number in range(rng.randint(20, 60)):
        first, price = rng.randint(1, 12), rng.choice([20, 30])
        last = first + rng.randint(0, 6) if rng.random() < 0.3 else 12
        orders += [(f"c{number}", dt.date(2024, month, 1), price) for month in range(first, min(last, 12) + 1)]
    return orders


def launch(rng: Random) -> Orders:
    """Everybody bought once, yesterday or the day before."""
    days = [TODAY, TODAY - dt.timedelta(days=rng.randint(1, 3))]
    return [(f"c{number}", rng.choice(days), rng.choice([10, 10, 25])) for number in range(rng.randint(20, 60))]


def habits(rng: Random) -> Orders:
    """Everybody has a pace, some have left."""
    orders: Orders = []
    for number in range(40):
        pace, day = rng.choice([7, 30, 90, 250]), TODAY - dt.timedelta(days=rng.randint(0, 700))
        while day <= TODAY and (rng.random() > 0.1 or not orders or orders[-1][0] != f"c{number}"):
            orders.append((f"c{number}", day, rng.choice([10, 10, 20, 50])))
            day += dt.timedelta(days=pace + rng.randint(-pace // 5, pace // 5))
    return orders


def one_timers(rng: Random) -> Orders:
    """Nine of ten bought once, at one price."""
    orders: Orders = []
    for number in range(60):
        first = TODAY - dt.timedelta(days=rng.randint(0, 700))
        orders.append((f"c{number}", first, 10))
        if rng.random() < 0.1:
            orders.append((f"c{number}", first + (TODAY - first) // 2, 10))
    return orders


def few(rng: Random) -> Orders:
    """Two or three customers."""
    return [
        (f"c{number}", TODAY - dt.timedelta(days=rng.randint(0, 300)), rng.choice([10, 20]))
        for number in range(rng.randint(2, 3))
        for _ in range(rng.randint(1, 8))
    ]


def single(rng: Random) -> Orders:
    """One customer."""
    return [("c0", TODAY - dt.timedelta(days=rng.randint(0, 700)), 10) for _ in range(rng.randint(1, 3))]


KINDS = {make.__name__: make for make in (subscriptions, launch, habits, one_timers, few, single)}


def judged(folder: Path, orders: Orders) -> dict[str, Customer]:
    """What the compiled models make of these orders."""
    folder.mkdir()
    placed = [order(f"o{number}", day, customer) for number, (customer, day, _) in enumerate(orders)]
    sold = [line(f"o{number}", net=value) for number, (_, _, value) in enumerate(orders)]
    warehouse = make_raw(folder, placed, sold, shop={"as_of_date": AS_OF})
    make_models(warehouse, "customer_segments")
    assert failing_tests(warehouse, "customer_segments", "value_groups") == []
    found = rows(
        warehouse,
        f"select customer_id, {', '.join((*MEASURES, *SCORES))}, rfm_segment, not_ranked_reason, "
        "net_revenue_amount, value_tier from marts.customer_segments",
    )
    return {row[0]: Customer(row[1:4], row[4:7], *row[7:]) for row in found}


@pytest.fixture(scope="module", params=KINDS)
def shop(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Orders]:
    kind: Callable[[Random], Orders] = KINDS[request.param]
    return tmp_path_factory.mktemp("shop"), kind(Random(request.param))


@pytest.fixture(scope="module")
def customers(shop: tuple[Path, Orders]) -> dict[str, Customer]:
    return judged(shop[0] / "before", shop[1])


def test_nobody_within_their_own_rhythm_is_gone_or_going(
    shop: tuple[Path, Orders], customers: dict[str, Customer]
) -> None:
    for name, customer in customers.items():
        days = sorted({day for who, day, _ in shop[1] if who == name})
        gaps = [(after - before).days for before, after in pairwise(days)]
        if gaps and (TODAY - days[-1]).days <= np.quantile(gaps, 0.8 if len(gaps) >= 5 else 0.5):
            assert customer.segment not in GONE_OR_GOING, name


def test_nobody_who_bought_longest_ago_is_a_champion(customers: dict[str, Customer]) -> None:
    longest = max(customer.measures[0] for customer in customers.values())
    silent = [customer for customer in customers.values() if customer.measures[0] == longest]
    assert "champions" not in {customer.segment for customer in silent}


def test_equal_customers_have_equal_scores_and_tiers(customers: dict[str, Customer]) -> None:
    for place in range(3):
        one_score_each({(customer.measures[place], customer.scores[place]) for customer in customers.values()})
    one_score_each({(customer.value, customer.tier) for customer in customers.values()})
    best = sorted(customers.values(), key=lambda customer: customer.value, reverse=True)
    assert [customer.tier for customer in best] == sorted(
        (customer.tier for customer in best), key=["high", "middle", "low"].index
    )


def test_a_score_is_missing_where_all_are_equal_and_only_there(customers: dict[str, Customer]) -> None:
    for place in range(3):
        is_equal = len({customer.measures[place] for customer in customers.values()}) == 1
        assert {customer.scores[place] is None for customer in customers.values()} == {is_equal}
    recency, frequency, money = next(iter(customers.values())).scores
    if len(customers) == 1:
        reason = "single_customer"
    elif recency is None:
        reason = "equal_recency"
    else:
        reason = "equal_frequency_and_value" if frequency is None and money is None else None
    assert {customer.reason for customer in customers.values()} == {reason}
    assert {customer.segment == "not_ranked" for customer in customers.values()} == {reason is not None}


def test_scores_do_not_fall_when_a_customer_buys(shop: tuple[Path, Orders], customers: dict[str, Customer]) -> None:
    buyer = min(customers, key=lambda name: (-customers[name].measures[0], name))
    after = judged(shop[0] / "after", [*shop[1], (buyer, TODAY, 10)])[buyer]
    for before, now in zip(customers[buyer].scores, after.scores, strict=True):
        assert before is None or now is None or before <= now
    assert after.segment not in GONE_OR_GOING


@settings(max_examples=50, deadline=None)
@given(st.data(), st.lists(st.tuples(*[st.integers(0, 4)] * 3), min_size=1, max_size=40))
def test_scores_do_not_fall_whoever_buys(data: st.DataObject, people: list[tuple[int, ...]]) -> None:
    buyer = data.draw(st.integers(0, len(people) - 1))
    _, count, money = people[buyer]
    after = [*people]
    after[buyer] = (0, count + data.draw(st.integers(0, 1)), money + data.draw(st.integers(0, 3)))
    old, new = scores(people), scores(after)
    for place in range(3):
        assert old[buyer][place] is None or new[buyer][place] is None or old[buyer][place] <= new[buyer][place]
        one_score_each({(person[place], found[place]) for person, found in zip(people, old, strict=True)})
        # As many fifths above the middle as below it: turned round, the shop has the scores turned round, or where a
        # place is exactly on a cut, one more.
        turned = scores([tuple(-measure for measure in person) for person in people])
        for one, other in zip(old, turned, strict=True):
            assert one[place] is None or one[place] + other[place] in (6, 7)


def one_score_each(pairs: Iterable[tuple[object, object]]) -> None:
    """Fails where one measure has two scores."""
    found = [*pairs]
    assert len({measure for measure, _ in found}) == len(found)


def scores(people: list[tuple[int, ...]]) -> list[tuple[int | None, ...]]:
    """The compiled scores of people with these measures: days since the last order, purchase days, money."""
    sql = compiled_sql()["rfm_scores"].replace('"warehouse"."core"."rfm_measures"', "measures")
    given_rows = ", ".join(f"({number}, 0, {', '.join(map(str, person))})" for number, person in enumerate(people))
    CONNECTION.execute(
        f"create or replace view measures as from (values {given_rows}) "
        f"as people(customer_id, window_net_revenue_amount, {', '.join(MEASURES)})"
    )
    return CONNECTION.execute(f"select {', '.join(SCORES)} from ({sql}) order by customer_id").fetchall()
