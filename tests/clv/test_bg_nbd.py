"""Fit of BG/NBD and MBG/NBD: gradient, invariances, statuses, posterior."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import approx_fprime

from pipelines.clv.counts import bg_nbd
from pipelines.clv.counts.collapse import collapse
from tests.clv.samples import cdnow_histories, simulated_shop

SHOP = simulated_shop(400, seed=11, hold=0).histories
COLUMNS = (SHOP.frequency, SHOP.recency, SHOP.age)


@pytest.mark.parametrize("is_modified", [False, True])
@pytest.mark.parametrize("params", [(0.3, 5.0, 0.8, 2.5), (3.0, 40.0, 0.1, 0.2), (0.05, 0.5, 6.0, 20.0)])
def test_gradient_is_that_of_the_likelihood(is_modified, params):
    data, _ = collapse(*COLUMNS)
    at = np.log(params)
    numeric = approx_fprime(at, lambda p: bg_nbd.log_likelihood(np.exp(p), is_modified, data)[0], 1e-6)
    assert bg_nbd.log_likelihood(np.exp(at), is_modified, data)[1] == pytest.approx(numeric, rel=1e-3, abs=1e-2)


@pytest.mark.parametrize("is_modified", [False, True])
def test_fit_does_not_depend_on_the_order_of_rows(is_modified):
    shuffle = np.random.default_rng(0).permutation(len(SHOP))
    ours = bg_nbd.fit(collapse(*COLUMNS)[0], is_modified)
    shuffled = bg_nbd.fit(collapse(*(column[shuffle] for column in COLUMNS))[0], is_modified)
    assert ours.params.tobytes() == shuffled.params.tobytes()
    assert ours.covariance.tobytes() == shuffled.covariance.tobytes()


@settings(max_examples=4, deadline=None, derandomize=True)
@given(split=st.floats(0.05, 0.95), seed=st.integers(0, 99))
def test_fit_does_not_depend_on_how_equal_customers_are_split_into_rows(split, seed):
    whole, _ = collapse(*COLUMNS)
    part = np.where(np.random.default_rng(seed).random(len(whole.weight)) < 0.5, split, 1.0)
    columns = (whole.frequency, whole.recency, whole.age)
    twice = tuple(np.r_[column, column] for column in columns)
    merged, _ = collapse(*twice, weight=np.r_[whole.weight * part, whole.weight * (1 - part)])
    assert len(merged.weight) == len(whole.weight)
    assert bg_nbd.fit(merged).params == pytest.approx(bg_nbd.fit(whole).params, rel=1e-9)
    # The likelihood itself, on rows that stay apart.
    apart = bg_nbd.Collapsed(
        *twice,
        np.r_[whole.weight * part, whole.weight * (1 - part)],
        whole.frequency_values,
        np.r_[whole.frequency_index, whole.frequency_index],
    )
    assert bg_nbd.fit(apart).params == pytest.approx(bg_nbd.fit(whole).params, rel=1e-9)


@settings(max_examples=8, deadline=None, derandomize=True)
@given(unit=st.floats(1e-3, 1e4), is_modified=st.booleans())
def test_nothing_depends_on_the_time_unit(unit, is_modified):
    scaled = (COLUMNS[0], COLUMNS[1] * unit, COLUMNS[2] * unit)
    ours, theirs = (bg_nbd.fit(collapse(*columns)[0], is_modified) for columns in (COLUMNS, scaled))
    assert theirs.params == pytest.approx(ours.params * np.array([1, unit, 1, 1]), rel=1e-8)
    horizons = np.array([13.0, 52.0])
    assert theirs.expected_purchases(horizons * unit, *scaled) == pytest.approx(
        ours.expected_purchases(horizons, *COLUMNS), rel=1e-8
    )
    assert theirs.probability_alive(*scaled) == pytest.approx(ours.probability_alive(*COLUMNS), rel=1e-8)


def test_standard_errors_are_those_of_the_curvature_on_cdnow():
    histories = cdnow_histories()
    model = bg_nbd.fit(collapse(histories.frequency, histories.recency, histories.age)[0], prior=None)
    # A full posterior by NUTS agreed with these within sampling error, for r, alpha, a, b.
    assert model.params * np.sqrt(np.diag(model.covariance)) == pytest.approx([0.0126, 0.378, 0.186, 0.705], rel=0.08)


def test_priors_hold_where_data_say_nothing():
    nobody_repeats = collapse(np.zeros(300), np.zeros(300), np.linspace(1, 60, 300))[0]
    model = bg_nbd.fit(nobody_repeats)
    assert model.status == "converged"
    assert 0.01 < model.r < 1
    assert bg_nbd.fit(nobody_repeats, prior=None).status != "converged"  # the bare likelihood runs away, and says so


@pytest.mark.parametrize("customers", [60, 400])
def test_posterior_draws_centre_and_spread(customers):
    histories = simulated_shop(customers, seed=3, hold=0).histories
    data, _ = collapse(histories.frequency, histories.recency, histories.age)
    model = bg_nbd.fit(data)
    draws, share = bg_nbd.draw_params(model, data, 2_000, np.random.default_rng(0))
    assert share > 0.5
    centre = (np.log(draws).mean(axis=1) - np.log(model.params)) / np.sqrt(np.diag(model.covariance))
    assert np.abs(centre).max() < 0.5
    assert np.log(draws).std(axis=1) == pytest.approx(np.sqrt(np.diag(model.covariance)), rel=0.35)


def test_importance_resampling_finds_a_known_posterior():
    """A skewed target with known moments: the log of a gamma variable, in two dimensions."""
    from pipelines.clv.estimation import Optimum, posterior_draws

    shape = np.array([1.5, 4.0])

    def target(log_params):
        return float((shape * log_params - np.exp(log_params)).sum()), shape - np.exp(log_params)

    optimum = Optimum(np.log(shape), np.diag(1 / shape), 1.0, "converged", 0.0)
    draws, share = posterior_draws(target, optimum, 4_000, np.random.default_rng(0), customers=10)
    assert share > 0.5
    assert np.exp(draws).mean(axis=0) == pytest.approx(shape, rel=0.1)
    assert np.exp(draws).var(axis=0) == pytest.approx(shape, rel=0.3)


def test_a_posterior_without_a_peak_gives_no_draws_and_says_so():
    from pipelines.clv.estimation import Optimum, posterior_draws

    flat = Optimum(np.zeros(2), np.full((2, 2), np.nan), 0.0, "flat", 0.0)
    draws, share = posterior_draws(lambda p: (0.0, p), flat, 10, np.random.default_rng(0), customers=10)
    assert (draws.tolist(), share) == ([[0.0, 0.0]] * 10, 0.0)
    peaked = Optimum(np.zeros(2), np.eye(2), 1.0, "converged", 0.0)
    _, share = posterior_draws(lambda p: (-np.inf, p), peaked, 10, np.random.default_rng(0), customers=10)
    assert share < 0.01


def test_rare_buyers_have_a_skewed_posterior_that_is_sampled_all_the_same():
    histories = simulated_shop(300, 777 * 300 + 1, r=0.8, alpha=90.0, a=0.3, b=0.6, hold=0).histories
    data, _ = collapse(histories.frequency, histories.recency, histories.age)
    for is_modified in (False, True):
        assert bg_nbd.draw_params(bg_nbd.fit(data, is_modified), data, 200, np.random.default_rng(1))[1] > 0.4


def test_time_to_next_solves_its_own_equation():
    model = bg_nbd.fit(collapse(*COLUMNS)[0], is_modified=True)
    weeks = model.time_to_next(*COLUMNS)
    reached = np.isfinite(weeks)
    alive = model.probability_alive(*COLUMNS)
    bought = alive * (1 - ((model.alpha + SHOP.age) / (model.alpha + SHOP.age + weeks)) ** (model.r + SHOP.frequency))
    assert 0 < reached.sum() < len(SHOP)
    assert bought[reached] == pytest.approx(0.5)
    assert (alive[~reached] <= 0.5).all()
