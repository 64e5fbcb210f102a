"""Each metric on the best, the worst and a random prediction."""

import numpy as np
import pytest

from pipelines.clv.judging import metrics

RNG = np.random.default_rng(8)
ACTUAL = RNG.gamma(0.3, 50, 5_000) * (RNG.random(5_000) < 0.4)
RANDOM = RNG.permutation(ACTUAL)


def test_ranking_is_1_at_best_minus_1_at_worst_and_0_at_random():
    assert metrics.normalised_gini(ACTUAL, ACTUAL) == pytest.approx(1)
    assert metrics.spearman(ACTUAL, ACTUAL) == pytest.approx(1)
    assert metrics.normalised_gini(-ACTUAL, ACTUAL) == pytest.approx(-1, abs=1e-9)
    assert metrics.spearman(-ACTUAL, ACTUAL) == pytest.approx(-1)
    assert abs(metrics.normalised_gini(RANDOM, ACTUAL)) < 0.08
    assert abs(metrics.spearman(RANDOM, ACTUAL)) < 0.05


def test_a_constant_prediction_ranks_nobody():
    constant = np.ones_like(ACTUAL)
    assert metrics.spearman(constant, ACTUAL) == 0
    assert abs(metrics.normalised_gini(constant, np.sort(ACTUAL))) < 0.08  # though customers come sorted
    assert metrics.top_decile_capture(constant, np.sort(ACTUAL)) == pytest.approx(0.1, abs=0.05)


def test_errors_by_hand():
    predicted, actual = np.array([1.0, 3.0]), np.array([2.0, 0.0])
    assert metrics.total_bias(predicted, actual) == 1.0
    assert metrics.mean_absolute_error(predicted, actual) == 2.0
    assert metrics.root_mean_squared_error(predicted, actual) == pytest.approx(np.sqrt(5))


def test_deciles_are_tenths_in_order_of_prediction():
    decile = metrics.deciles(ACTUAL + RNG.random(5_000) * 1e-6)
    assert np.bincount(decile).tolist() == [500] * 10
    assert ACTUAL[decile == 9].min() >= ACTUAL[decile == 8].max()
    assert metrics.decile_error(ACTUAL, ACTUAL) == 0
    assert metrics.decile_error(2 * ACTUAL, ACTUAL) == pytest.approx(1)
    assert metrics.top_decile_capture(ACTUAL, ACTUAL) > 0.7
    assert np.bincount(metrics.deciles(np.arange(3.0))).sum() == 3  # fewer customers than deciles


def test_nothing_sold_is_undefined_not_an_error():
    nothing = np.zeros(20)
    for metric in (metrics.total_bias, metrics.decile_error, metrics.normalised_gini, metrics.top_decile_capture):
        assert np.isnan(metric(np.ones(20), nothing))


def test_coverage_is_nominal_for_honest_draws_with_a_mass_at_zero_and_not_for_others():
    rate = RNG.gamma(0.5, 2, 4_000)
    actual, draws = RNG.poisson(rate), RNG.poisson(rate[:, None], (4_000, 200))
    honest = metrics.probability_integral_transform(draws, actual, seed=1)
    assert metrics.coverage(honest, 0.8) == pytest.approx(0.80, abs=0.02)
    assert metrics.coverage(honest, 0.95) == pytest.approx(0.95, abs=0.012)
    assert np.quantile(honest, [0.25, 0.5, 0.75]) == pytest.approx([0.25, 0.5, 0.75], abs=0.025)
    narrow = np.repeat(rate[:, None].round(), 200, axis=1)
    assert metrics.coverage(metrics.probability_integral_transform(narrow, actual, seed=1), 0.8) < 0.7
