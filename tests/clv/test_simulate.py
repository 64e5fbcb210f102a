"""Predictive draws: the right means, coherent totals, the same bytes whatever the threads and the order."""

from dataclasses import replace

import numpy as np
import pytest

from pipelines.clv.counts import bg_nbd
from pipelines.clv.counts.collapse import collapse
from pipelines.clv.simulation import simulate
from pipelines.clv.simulation.samplers import BgNbdDraws, _first_order_statistics
from pipelines.clv.spend import spend
from pipelines.clv.value import by_pair, expected_purchases
from tests.clv.samples import simulated_shop

HISTORIES = simulated_shop(5_000, seed=21, hold=0).histories
COLUMNS = (HISTORIES.frequency, HISTORIES.recency, HISTORIES.age)
MONTHS = np.arange(1, 13) * 365.25 / 12 / 7
LEVELS = (0.1, 0.5, 0.9)


@pytest.fixture(scope="module")
def draws():
    data, _ = collapse(*COLUMNS)
    model = bg_nbd.fit(data)
    spend_model = spend.fit(HISTORIES)
    rng = np.random.default_rng(0)
    params, _ = bg_nbd.draw_params(model, data, 200, rng)
    return model, BgNbdDraws(params, False), spend_model, spend.draw(spend_model, HISTORIES, 200, rng)[0]


def run(draws, histories=HISTORIES, groups=None, threads=1, levels=LEVELS, seed=5):
    _, counts, _, money = draws
    groups = [np.zeros(len(histories), dtype=np.int64)] if groups is None else groups
    return simulate.simulate(counts, money, histories, MONTHS, groups, levels, seed, threads)


def test_simulated_totals_have_the_analytic_mean_in_every_month(draws):
    model, _, spend_model, _ = draws
    price = spend_model.expected_spend(HISTORIES.spend_count, HISTORIES.spend_mean)
    by_month = np.diff((expected_purchases(model, *COLUMNS, MONTHS) * price[:, None]).sum(axis=0), prepend=0)
    assert run(draws).totals[0][0].mean(axis=0) == pytest.approx(by_month, rel=0.02)


@pytest.mark.parametrize("is_modified", [False, True])
def test_counts_of_single_customers_have_the_exact_distribution(is_modified):
    """Against a simulation event by event, at fixed parameters, for customers of every kind."""
    params = np.array([0.6, 5.0, 0.7, 1.5])
    model = bg_nbd.BgNbd(*params, is_modified, 0.0, np.eye(4), "converged", 1.0, 1.0)
    x, recency, age = np.array([0.0, 3, 40]), np.array([0.0, 20, 30]), np.array([10.0, 30, 31])
    draws, horizon = 40_000, 40.0
    sampler = BgNbdDraws(np.repeat(params[:, None], draws, axis=1), is_modified)
    nothing = np.zeros(3)
    events = sampler.purchases(simulate.Histories(x, recency, age, nothing, nothing), horizon, np.random.default_rng(1))
    counts = np.zeros((3, draws))
    np.add.at(counts, (events.buyer_row[events.event_buyer], events.buyer_draw[events.event_buyer]), 1)
    rng = np.random.default_rng(2)
    for k in range(3):
        alive = rng.random(draws) < model.probability_alive(x[k : k + 1], recency[k : k + 1], age[k : k + 1])
        rate = rng.gamma(params[0] + x[k], 1 / (params[1] + age[k]), draws)
        leaving = rng.beta(params[2], params[3] + is_modified + x[k], draws)
        now, wanted = rng.exponential(1 / rate), np.zeros(draws)
        while (alive & (now < horizon)).any():
            buys = alive & (now < horizon)
            wanted += buys
            alive &= ~(buys & (rng.random(draws) < leaving))
            now += rng.exponential(1 / rate)
        top = int(np.quantile(wanted, 0.999)) + 1
        found, expected = (np.bincount(np.minimum(c, top).astype(int), minlength=top + 1) for c in (counts[k], wanted))
        error = np.sqrt(np.maximum(found + expected, 25))
        assert (np.abs(found - expected) < 4.5 * error).all()
    halves = [np.sum((events.time <= t) & (events.buyer_row[events.event_buyer] == 2)) / draws for t in (10.0, 20.0)]
    exact = model.expected_purchases(np.array([10.0, 20.0]), x, recency, age)[2]
    assert halves == pytest.approx(exact, rel=0.02)


def test_smallest_of_many_uniforms_have_the_right_means():
    kept, of = np.repeat([1, 2, 3], 20_000), np.repeat([4, 2, 9], 20_000)
    found = _first_order_statistics(kept, of, np.random.default_rng(0))
    assert ((found >= 0) & (found <= 1)).all()
    assert found[:20_000].mean() == pytest.approx(1 / 5, rel=0.02)  # k-th of n: k / (n + 1)
    assert found[20_000:60_000].mean() == pytest.approx(1 / 2, rel=0.02)
    assert found[60_000:].reshape(-1, 3).mean(axis=0) == pytest.approx([0.1, 0.2, 0.3], rel=0.02)


def test_threads_do_not_change_a_bit(draws):
    one, three = run(draws, threads=1), run(draws, threads=3)
    assert one.quantiles.tobytes() == three.quantiles.tobytes()
    assert one.totals[0].tobytes() == three.totals[0].tobytes()


def test_order_of_customers_does_not_change_anyones_figures(draws):
    shuffle = np.random.default_rng(3).permutation(len(HISTORIES))
    ours, theirs = run(draws), run(draws, HISTORIES.take(shuffle))
    assert ours.quantiles[shuffle].tobytes() == theirs.quantiles.tobytes()
    assert ours.totals[0].tobytes() == theirs.totals[0].tobytes()


def test_another_seed_changes_the_draws(draws):
    assert run(draws).totals[0].tobytes() != run(draws, seed=6).totals[0].tobytes()


def test_customers_of_different_blocks_have_luck_of_their_own(draws):
    """Under one parameter set, equal customers in two blocks: were their streams the same, so would be their totals."""
    _, counts, _, money = draws
    same = BgNbdDraws(np.repeat(counts.params[:, :1], 200, axis=1), False)
    prices = replace(money, params=np.repeat(money.params[:, :, :1], 200, axis=2))
    block = simulate.BLOCK_CUSTOMERS
    twins = HISTORIES.take(np.zeros(2 * block, dtype=np.int64))
    halves = np.repeat([0, 1], block)
    found = simulate.simulate(same, prices, twins, MONTHS, [halves], (), 5).totals[0].sum(axis=2)
    assert abs(np.corrcoef(found)[0, 1]) < 0.3


def test_groups_add_up_draw_by_draw_in_every_grouping(draws):
    by_frequency, by_number = np.minimum(HISTORIES.frequency, 4).astype(np.int64), np.arange(len(HISTORIES)) % 7
    found = run(draws, groups=[by_frequency, by_number], levels=())
    assert [total.shape for total in found.totals] == [(5, 200, 12), (7, 200, 12)]
    assert found.totals[0].sum(axis=0) == pytest.approx(found.totals[1].sum(axis=0))
    assert found.totals[0].sum(axis=0) == pytest.approx(run(draws).totals[0][0])


def test_equal_customers_get_equal_quantiles(draws):
    quantiles = run(draws).quantiles
    twins = HISTORIES.take(np.r_[0:1000, 0:1000].astype(np.int64))
    found = run(draws, twins).quantiles
    assert found[:1000].tobytes() == found[1000:].tobytes()
    assert (np.diff(quantiles, axis=1) >= 0).all()


def test_discounting_against_a_fine_sum():
    data, _ = collapse(*COLUMNS)
    model = bg_nbd.fit(data)
    x, age = np.array([0.0, 5.0, 200.0]), np.array([3.0, 60.0, 90.0])
    horizons = np.array([13.0, 26.0, 52.0, 104.0, 156.0])
    tables = by_pair(model, x, age, horizons, 0.10)
    fine = np.linspace(0, 156, 156 * 128 + 1)
    at = model.expected_if_alive(fine, x, age)
    middle = (fine[1:] + fine[:-1]) / 2
    worth = np.diff(at, axis=1) * np.exp(-np.log(1.1) * middle * 7 / 365.25)
    for k, horizon in enumerate(horizons):
        assert tables.discounted[tables.pair, k] == pytest.approx(worth[:, middle < horizon].sum(axis=1), rel=1e-4)
    free = by_pair(model, x, age, horizons, 0.0)
    assert free.discounted == pytest.approx(free.plain)
