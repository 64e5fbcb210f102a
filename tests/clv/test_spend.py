"""Gamma-gamma, shrunken mean and frequency bands."""

import numpy as np
import pytest
from scipy.optimize import approx_fprime

from pipelines.clv.counts import sbg
from pipelines.clv.histories import Histories
from pipelines.clv.spend import gamma_gamma, spend

RNG = np.random.default_rng(4)


def values(customers, p=6.0, q=4.0, gamma=15.0, rng=RNG):
    count = 1.0 + rng.poisson(1.5, customers)
    nu = rng.gamma(q, 1 / gamma, customers)
    return count, rng.gamma(p * count, 1 / nu) / count


def histories(count, mean):
    return Histories(count - 1, count - 1, count, count, mean)


def test_gradients_are_those_of_the_likelihoods():
    count, mean = values(200)
    at = np.log([3.0, 2.0, 20.0])
    numeric = approx_fprime(at, lambda p: gamma_gamma.log_likelihood(np.exp(p), count, mean)[0], 1e-6)
    assert gamma_gamma.log_likelihood(np.exp(at), count, mean)[1] == pytest.approx(numeric, rel=1e-3, abs=1e-2)

    counts = (np.array([1.0, 2, 5]), np.array([30.0, 20, 4]), np.array([0.0, 3, 6]), np.array([7.0, 10, 12]))
    at = np.log([0.6, 3.0])
    numeric = approx_fprime(at, lambda p: sbg.log_likelihood(np.exp(p), *counts)[0], 1e-6)
    assert sbg.log_likelihood(np.exp(at), *counts)[1] == pytest.approx(numeric, rel=1e-3, abs=1e-3)


def test_result_does_not_depend_on_the_currency_or_the_order():
    count, mean = values(500)
    ours, cents = gamma_gamma.fit(count, mean), gamma_gamma.fit(count, mean * 100)
    assert cents.params == pytest.approx(ours.params * np.array([1, 1, 100]), rel=1e-8)
    shuffle = RNG.permutation(500)
    assert gamma_gamma.fit(count[shuffle], mean[shuffle]).params == pytest.approx(ours.params, rel=1e-8)


def test_weights_are_customers():
    count, mean = values(120)
    twice = gamma_gamma.fit(np.r_[count, count], np.r_[mean, mean], prior=None)
    assert gamma_gamma.fit(count, mean, weight=2.0, prior=None).params == pytest.approx(twice.params, rel=1e-8)


def test_expected_spend_lies_between_own_and_shop_mean():
    count, mean = values(2_000)
    model = gamma_gamma.fit(count, mean)
    shop = model.expected_spend(np.zeros(1), np.zeros(1))[0]
    expected = model.expected_spend(count, mean)
    assert (np.minimum(mean, shop) <= expected).all()
    assert (expected <= np.maximum(mean, shop)).all()
    assert expected.mean() == pytest.approx(mean.mean(), rel=0.05)


def test_one_absurd_order_does_not_move_the_others():
    count, mean = values(400)
    with_giant = mean.copy()
    with_giant[0] = 1e9
    usual, moved = gamma_gamma.fit(count, mean), gamma_gamma.fit(count, with_giant)
    one = (np.array([0.0]), np.array([0.0]))
    assert moved.expected_spend(*one) == pytest.approx(usual.expected_spend(*one), rel=0.05)
    assert gamma_gamma.winsorise(np.array([1.0, 2.0, 900.0])).tolist() == [1, 2, 2]


def test_heavy_tail_never_predicts_negative_or_endless_spend():
    mean = np.exp(RNG.normal(3, 2.2, 400))
    model = spend.fit(histories(np.ones(400), mean))
    expected = model.expected_spend(np.r_[0.0, 1, 5], np.r_[0.0, 20, 20])
    assert np.isfinite(expected).all()
    assert (expected > 0).all()
    assert expected.max() < mean.max()


def test_constant_prices_are_predicted_exactly():
    model = spend.fit(histories(1.0 + RNG.poisson(1, 200), np.full(200, 19.95)))
    assert model.method == "shrunken_mean"
    assert model.expected_spend(np.array([0.0, 3.0]), np.array([0.0, 19.95])) == pytest.approx(19.95, rel=1e-5)
    draws, _ = spend.draw(model, histories(np.ones(200), np.full(200, 19.95)), 50, np.random.default_rng(0))
    buyer = np.arange(50)
    drawn = draws.values(
        histories(np.ones(1), np.full(1, 19.95)), np.zeros(50, int), buyer, buyer, np.random.default_rng(0)
    )
    assert drawn == pytest.approx(19.95, rel=0.01)


def test_few_customers_get_the_shrunken_mean_and_none_get_zero():
    model = spend.fit(histories(np.array([1.0, 1.0]), np.array([10.0, 30.0])))
    assert model.method == "shrunken_mean"
    new, own = model.expected_spend(np.array([0.0, 1.0]), np.array([0.0, 30.0]))
    assert new == pytest.approx(10)  # of two, the larger counts no more than the second largest
    assert 10 < own < 30
    nobody = spend.fit(histories(np.ones(3), np.zeros(3)))
    assert nobody.expected_spend(np.array([0.0, 4.0]), np.array([0.0, 0.0])).tolist() == [0, 0]


def test_bands_where_frequency_and_spend_go_together():
    count, mean = values(1_500)
    assert spend.fit(histories(count, mean)).method == "gamma_gamma"
    wholesale = spend.fit(histories(count, mean * count**1.5))
    assert wholesale.rank_correlation > 0.3
    assert wholesale.method == "gamma_gamma_by_frequency"
    new, frequent = wholesale.expected_spend(np.array([0.0, 4.0]), np.array([0.0, 100.0]))
    one_model = gamma_gamma.fit(count, mean * count**1.5)
    assert new < one_model.expected_spend(np.zeros(1), np.zeros(1))[0]  # new customers are not taken for frequent ones
    assert frequent > 0


def test_simulated_spend_has_the_expected_mean():
    count, mean = values(600)
    known = histories(count, mean)
    model = spend.fit(known)
    draws, share = spend.draw(model, known, 200, np.random.default_rng(1))
    assert share > 0.5
    row, draw = np.divmod(np.arange(600 * 200), 200)
    drawn = draws.values(known, row, draw, np.arange(600 * 200), np.random.default_rng(2))
    assert drawn.mean() == pytest.approx(model.expected_spend(count, mean).mean(), rel=0.02)


def test_sbg_exists_for_one_subscriber_and_gives_finite_values_only():
    model = sbg.fit(np.empty(0), np.empty(0), np.array([0.0]), np.array([1.0]))
    assert model.status == "converged"
    assert model.expected_payments(np.array([0.0, 10.0]), 12) == pytest.approx(
        [
            model.survival(np.arange(1.0, 13)).sum(),
            (model.survival(np.arange(11.0, 23)) / model.survival(np.array([10.0]))).sum(),
        ]
    )
    long, endless = model.discounted_payments(np.array([0.0]), 2_000, 0.1)[0], model.discounted_expected_lifetime(0.1)
    assert 1 + long == pytest.approx(endless)  # the first payment, today, and every renewal
    assert model.retention_rate(np.array([1.0])) == pytest.approx(model.survival(np.array([1.0])))
