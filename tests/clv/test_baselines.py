"""Cohort average, own past rate, shrunken cohort."""

import numpy as np
import pytest

from pipelines.clv.counts import baselines, bg_nbd
from pipelines.clv.counts.collapse import collapse
from pipelines.clv.counts.shrunken_cohort import ShrunkenCohort
from pipelines.clv.histories import Histories
from pipelines.clv.simulation.samplers import BgNbdDraws, ShrunkenCohortDraws, draw_baseline
from tests.clv.samples import simulated_shop

NOBODY = np.empty(0)


def test_cohort_average_is_purchases_per_week_at_each_age():
    age = np.full(1_000, 104.0)
    steady = np.random.default_rng(0).uniform(0, 104, 5_200)  # 0.05 a week at every age
    model = baselines.fit_cohort_average(steady, np.full(1_000, 5.2), age)
    expected = model.expected_if_alive(np.array([13.0, 52.0]), np.zeros(2), np.array([0.0, 104.0]))
    assert expected == pytest.approx(np.array([[0.65, 2.6], [0.65, 2.6]]), rel=0.08)


def test_cohort_average_follows_a_rate_that_falls_with_age():
    shop = simulated_shop(4_000, seed=2)
    histories, actual = shop.histories, shop.future(52)[0]
    model = baselines.fit_cohort_average(shop.known.repeat_ages(), histories.frequency, histories.age)
    expected = model.expected_if_alive(np.array([52.0]), histories.frequency, histories.age)[:, 0]
    assert expected.sum() == pytest.approx(actual.sum(), rel=0.25)
    young = histories.age < 20
    assert expected[young].mean() > expected[~young].mean()


def test_one_week_of_sale_does_not_rule_the_years_to_come():
    age = np.full(1_000, 40.0)
    usual = np.random.default_rng(0).uniform(0, 39, 1_950)  # 0.05 a week
    sale = np.random.default_rng(1).uniform(39, 40, 1_000)  # in the last week everyone buys
    model = baselines.fit_cohort_average(np.r_[usual, sale], np.full(1_000, 2.95), age)
    a_week = model.expected_if_alive(np.array([1.0]), np.zeros(1), np.array([40.0]))[0, 0]
    assert a_week == pytest.approx(0.05 + 1 / 26, rel=0.1)


def test_baselines_exist_without_any_data_and_know_little():
    curve, rate = baselines.fit_cohort_average(NOBODY, NOBODY, NOBODY), baselines.fit_own_rate(NOBODY, NOBODY)
    year = np.array([365.25 / 7])
    assert curve.expected_if_alive(year, np.zeros(1), np.zeros(1)) == pytest.approx(1.0)
    assert rate.expected_if_alive(year, np.zeros(1), np.zeros(1)) == pytest.approx(1.0)
    assert curve.level_sd > 0.5


def test_own_rate_leans_on_the_shop_for_the_new_and_on_the_past_for_the_old():
    model = baselines.OwnRate(shop_rate=0.05, level_sd=0.1)
    new, old = model.expected_if_alive(np.array([10.0]), np.array([0.0, 50.0]), np.array([0.0, 100.0]))[:, 0]
    assert new == pytest.approx(0.5)
    assert old == pytest.approx(10 * 50.5 / 110)


@pytest.mark.parametrize("name", ["curve", "rate"])
def test_baseline_draws_have_the_expected_mean_and_timing(name):
    shop = simulated_shop(1_000, seed=6, hold=0)
    histories = shop.histories
    baseline = (
        baselines.fit_cohort_average(shop.known.repeat_ages(), histories.frequency, histories.age)
        if name == "curve"
        else baselines.fit_own_rate(histories.frequency, histories.age)
    )
    draws = draw_baseline(baseline, 200, np.random.default_rng(0))
    events = draws.purchases(histories, 52.0, np.random.default_rng(1))
    horizons = np.array([4.0, 13.0, 52.0])
    expected = baseline.expected_if_alive(horizons, histories.frequency, histories.age).sum(axis=0)
    found = [(events.time <= horizon).sum() / 200 for horizon in horizons]
    assert found == pytest.approx(expected, rel=0.03)


def test_time_to_next_of_baselines_is_where_half_have_bought():
    baseline = baselines.OwnRate(shop_rate=0.05, level_sd=0.0)
    frequency, age = np.array([0.0, 12.0]), np.array([10.0, 80.0])
    weeks = baseline.time_to_next(frequency, frequency, age)
    expected = np.array([baseline.expected_if_alive(weeks[k : k + 1], frequency, age)[k, 0] for k in range(2)])
    shape = baseline.spread(frequency)
    assert (1 + expected / shape) ** -shape == pytest.approx(0.5)


@pytest.fixture(scope="module")
def cohort():
    histories = simulated_shop(60, seed=9, hold=0).histories
    data, _ = collapse(histories.frequency, histories.recency, histories.age)
    return ShrunkenCohort(bg_nbd.fit(data))


def test_shrunken_cohort_of_age_0_is_the_new_customer_of_bg_nbd(cohort):
    times, zero = np.array([4.0, 52.0, 156.0]), np.zeros(1)
    assert cohort.expected_if_alive(times, zero, zero) == pytest.approx(
        cohort.model.expected_purchases(times, zero, zero, zero), rel=1e-6
    )
    later = cohort.expected_if_alive(times, zero, np.array([26.0]))
    both = cohort.expected_if_alive(times + 26, zero, zero) - cohort.expected_if_alive(np.array([26.0]), zero, zero)
    assert later == pytest.approx(both, rel=1e-9)


def test_shrunken_cohort_looks_at_age_only_and_simulates_what_it_expects(cohort):
    age = np.repeat([0.0, 20.0, 80.0], 400)
    heavy = Histories(age / 4, age, age, np.ones(1_200), np.ones(1_200))
    params = np.repeat(cohort.model.params[:, None], 200, axis=1)
    draws = ShrunkenCohortDraws(BgNbdDraws(params, False))
    events = draws.purchases(heavy, 52.0, np.random.default_rng(3))
    assert events.time.min() > 0
    assert events.time.max() <= 52
    found = np.bincount(events.buyer_row[events.event_buyer] // 400) / (400 * 200)
    wanted = cohort.expected_if_alive(np.array([52.0]), heavy.frequency, age)[::400, 0]
    assert found == pytest.approx(wanted, rel=0.03)
    weeks = cohort.time_to_next(heavy.frequency, heavy.recency, age)[::400]
    within = weeks[0]
    events = draws.purchases(heavy.take(slice(0, 400)), float(within), np.random.default_rng(4))
    assert len(events.buyer_row) / (400 * 200) == pytest.approx(0.5, abs=0.02)
    assert weeks[0] < weeks[1] < weeks[2]
