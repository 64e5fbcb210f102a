"""Do intervals hold what they promise? Shops simulated event by event, truths near the priors' centre and far from it.

Judged by the randomised probability integral transform, over customers and over shops. Standard errors: over customers
below 1.5 points where no other tolerance is given; over 40 shops 6 points.
"""

import numpy as np
import pytest

from pipelines.clv.counts.shrunken_cohort import ShrunkenCohort
from pipelines.clv.judging import ladder, metrics
from pipelines.clv.simulation import simulate
from pipelines.clv.spend import spend
from tests.clv.samples import simulated_shop

TRUTHS = {
    "near": {},
    # Buys often, hardly ever leaves, everyone alike; prices spread wide within, little between customers.
    "keen": {"r": 3.0, "alpha": 30.0, "a": 0.15, "b": 5.0, "p": 2.0, "q": 8.0, "gamma": 200.0},
    # A few buy very often, most leave at once; prices steady within, very different between customers.
    "fickle": {"r": 0.15, "alpha": 1.5, "a": 1.5, "b": 0.8, "p": 15.0, "q": 2.2, "gamma": 3.0},
    # One purchase a year.
    "slow": {"r": 0.8, "alpha": 90.0, "a": 0.3, "b": 0.6, "p": 1.0, "q": 3.0, "gamma": 50.0},
}


def transforms(truth, customers, shops, model="bg_nbd", draws=200):
    """Of each customer's purchases and value, and of each shop's totals."""
    of_customers, of_totals = {"purchases": [], "value": []}, {"purchases": [], "value": []}
    for seed in range(shops):
        shop = simulated_shop(customers, 1_000 * customers + seed, **TRUTHS[truth])
        histories = shop.histories
        candidates = ladder.fit_candidates(shop.known, histories)
        rng = np.random.default_rng(seed)
        spend_draws, _ = spend.draw(spend.fit(histories), histories, draws, rng)
        chosen = ShrunkenCohort(candidates.bg_nbd) if model == "shrunken_cohort" else candidates.models[model]
        counts, share = ladder.draw_counts(chosen, candidates.collapsed, draws, rng)
        assert share > 0.3
        drawn = simulate.draw_matrices(counts, spend_draws, histories, np.array([52.0]), seed)
        for what, all_draws, actual in zip(of_customers, drawn, shop.future(52), strict=True):
            of_customers[what].append(metrics.probability_integral_transform(all_draws[0], actual, seed))
            total = all_draws[0].sum(axis=0)[None, :]
            of_totals[what].append(metrics.probability_integral_transform(total, actual.sum()[None], seed))
    return ({what: np.concatenate(parts) for what, parts in found.items()} for found in (of_customers, of_totals))


def assert_coverage(found, at_80, at_95):
    for what, transform in found.items():
        assert metrics.coverage(transform, 0.80) == pytest.approx(0.80, abs=at_80), what
        assert metrics.coverage(transform, 0.95) == pytest.approx(0.95, abs=at_95), what


def test_intervals_of_customers_hold_in_a_usual_shop():
    of_customers, _ = transforms("near", 1_000, 1)
    assert_coverage(of_customers, 0.04, 0.025)


@pytest.mark.slow(30)
@pytest.mark.parametrize("truth", TRUTHS)
@pytest.mark.parametrize(("customers", "shops"), [(50, 10), (100, 8), (300, 5), (1_000, 2)])
def test_intervals_of_customers_hold(truth, customers, shops):
    of_customers, _ = transforms(truth, customers, shops)
    # In a small shop all customers share the shop's luck: their transforms are not independent.
    tolerance = 0.07 if customers < 300 else 0.045
    assert_coverage(of_customers, tolerance, 0.035)


@pytest.mark.slow(30)
@pytest.mark.parametrize("truth", ["near", "fickle"])
def test_intervals_of_customers_hold_in_a_large_shop(truth):
    of_customers, _ = transforms(truth, 10_000, 1, draws=120)
    assert_coverage(of_customers, 0.015, 0.012)


@pytest.mark.slow(30)
@pytest.mark.parametrize("truth", TRUTHS)
def test_shrunken_cohort_is_honest_about_totals_of_tiny_shops(truth):
    of_customers, of_totals = transforms(truth, 30, 16, model="shrunken_cohort")
    assert_coverage(of_customers, 0.08, 0.04)
    for transform in of_totals.values():
        assert metrics.coverage(transform, 0.80) >= 0.55  # 16 shops: standard error 10 points
        assert metrics.coverage(transform, 0.95) >= 0.80
