"""Warnings about the shop as a whole: what is unusual, and what is not unusual enough."""

import datetime as dt
from decimal import Decimal

import pytest

from pipelines.database import scratch
from pipelines.landing import store
from pipelines.validation import batches
from pipelines.validation.anomalies import find_anomalies
from tests.support.builders import line, order
from tests.support.landed import land
from tests.support.shops import AS_OF, make_settings

YESTERDAY = AS_OF - dt.timedelta(days=1)


@pytest.fixture
def settings(tmp_path):
    return make_settings(tmp_path)


def days_back(number):
    return YESTERDAY - dt.timedelta(days=number)


def land_day(settings, day, count, **columns):
    land_days(settings, [day], count, **columns)


def land_days(settings, days, count, **columns):
    land(settings, *(order(f"{day}-{n}", day, **columns) for day in days for n in range(count)), days=tuple(days))


def land_history(settings, days=56, count=20, **columns):
    land_days(settings, [days_back(number) for number in range(1, days + 1)], count, **columns)


def found(settings):
    landed = store.landed_days(settings)
    with scratch() as db:
        batches.read_landing(db, settings, list(landed))
        return {anomaly.rule.name: (anomaly.day, anomaly.value) for anomaly in find_anomalies(db, settings, landed)}


def test_a_day_like_the_others_is_nothing_to_say(settings):
    land_history(settings)
    land_day(settings, YESTERDAY, 22)
    assert found(settings) == {}


@pytest.mark.parametrize(
    ("orders", "is_unusual"), [(1, True), (2, True), (10, False), (37, False), (40, False), (41, True)]
)
def test_volume_must_be_half_or_double_and_more_than_chance(settings, orders, is_unusual):
    land_history(settings)
    land_day(settings, YESTERDAY, orders)
    assert ("volume_as_usual" in found(settings)) == is_unusual
    if is_unusual:
        value = f"{orders} orders; usual on this weekday: 20"
        assert found(settings)["volume_as_usual"] == (YESTERDAY, value)


def test_in_a_small_shop_chance_explains_a_day_of_double_volume(settings):
    land_history(settings, count=3)
    land_day(settings, YESTERDAY, 9)
    assert found(settings) == {}


def test_three_weekdays_are_no_history(settings):
    land_history(settings, days=27)
    land_day(settings, YESTERDAY, 200)
    assert found(settings) == {}


def test_days_without_orders_count_as_days_of_no_orders(settings):
    land_days(settings, [days_back(number) for number in (56, 49, 42, 35)], 100)
    land_day(settings, YESTERDAY, 110)
    assert found(settings)["volume_as_usual"][1] == "110 orders; usual on this weekday: 50"


def test_orders_that_stopped_coming_are_noticed(settings):
    land_days(settings, [days_back(number) for number in range(3, 40)], 5)
    land_day(settings, YESTERDAY, 0)
    assert found(settings) == {
        "orders_are_fresh": (
            days_back(3),
            f"{days_back(3)}, 4 days ago; the longest gap in the eight weeks before was 1",
        )
    }


def test_a_shop_that_often_pauses_is_not_stale(settings):
    land_days(settings, [days_back(number) for number in range(3, 40, 4)], 5)
    assert found(settings) == {}


@pytest.mark.parametrize(("days_ago", "is_stale"), [(6, False), (7, True)])
def test_a_shop_with_one_order_day_is_stale_after_a_week(settings, days_ago, is_stale):
    land_day(settings, days_back(days_ago), 1)
    land_day(settings, YESTERDAY, 0)
    assert ("orders_are_fresh" in found(settings)) is is_stale


def test_orders_of_today_which_is_not_over_are_left_out(settings):
    land_history(settings)
    land_day(settings, YESTERDAY, 20)
    land_day(settings, AS_OF, 1)
    assert found(settings) == {}


@pytest.mark.parametrize("nobody", [None, " 0 ", "NULL"])
@pytest.mark.parametrize(("guests", "is_unusual"), [(5, False), (6, True)])
def test_a_quarter_of_the_orders_turning_into_guest_orders_is_noticed(settings, guests, is_unusual, nobody):
    land_history(settings)
    customers = [nobody] * guests + ["c1"] * (20 - guests)
    days = [days_back(number) for number in range(7)]
    land(settings, *(order(f"{d}-{n}", d, customer_id=c) for d in days for n, c in enumerate(customers)))
    unusual = {"guest_share_as_usual": (YESTERDAY, "30% of the newest week's orders; before: 0%")}
    assert found(settings) == (unusual if is_unusual else {})


def test_a_new_word_for_a_status_is_noticed_for_a_week(settings):
    land_history(settings, status_raw="betaald")
    land_day(settings, YESTERDAY, 20, status_raw="betaald")
    land_day(settings, days_back(6), 20, status_raw="teruggestort")
    assert found(settings) == {"status_raw_seen_before": (days_back(6), "teruggestort")}
    land_day(settings, days_back(7), 20, status_raw="teruggestort")
    assert found(settings) == {}


def test_in_a_shop_that_just_began_every_word_is_new(settings):
    land_day(settings, YESTERDAY, 20, status_raw="betaald")
    land_day(settings, days_back(1), 20)
    assert found(settings) == {}


def test_taxes_that_are_gone_are_noticed(settings):
    land_history(settings, tax_amount=Decimal(2))
    land_day(settings, YESTERDAY, 20)
    assert found(settings) == {"taxes_are_there": (YESTERDAY, "no tax on 20 orders")}


def test_taxes_may_stand_on_the_lines(settings):
    land_history(settings, tax_amount=Decimal(2))
    ids = [f"new{number}" for number in range(20)]
    orders = [order(order_id, YESTERDAY) for order_id in ids]
    land(settings, *orders, *(line(order_id, tax_amount=2) for order_id in ids))
    assert found(settings) == {}


def test_a_shop_without_taxes_misses_none(settings):
    land_history(settings)
    land_day(settings, days_back(3), 20, tax_amount=Decimal(2))
    land_day(settings, YESTERDAY, 20)
    assert found(settings) == {}


def test_an_empty_shop_is_noticed(settings):
    assert found(settings) == {"orders_are_fresh": (YESTERDAY, "no orders at all")}


def test_an_original_order_is_known_on_whatever_day_it_lies(settings):
    land_history(settings)
    before, after = f"{days_back(3)}-0", f"{YESTERDAY}-0"
    land(settings, *(order(f"x{n}", days_back(2), total=0, original_order_id=o) for n, o in enumerate((before, after))))
    land_day(settings, YESTERDAY, 20)
    assert found(settings) == {}


@pytest.mark.parametrize("original", ["nowhere", "x0"])
def test_an_original_order_that_is_unknown_or_the_order_itself_is_said(settings, original):
    land_history(settings)
    land_day(settings, YESTERDAY, 20)
    land(settings, order("x0", days_back(2), original_order_id=original))
    assert found(settings) == {"original_order_known": (days_back(2), f"x0 names {original}")}
