"""Expected purchases for any customer: the bounds that must hold, and mpmath where they could fail."""

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.clv.counts.bg_nbd import BgNbd
from pipelines.clv.counts.conditional_expectation import _by_quadrature, beta_nodes, expected_if_alive

HORIZONS = np.array([0.0, 1.0, 7.0, 30.0, 91.0, 365.0, 1_095.0])
PARAMETER_SETS = [  # in each of them the textbook form fails on hundreds of 20,000 random customers
    (0.24, 4.41, 0.79, 2.43),
    (0.5, 8.0, 0.01, 0.02),
    (0.11, 2.24, 0.31, 0.5),
    (2.0, 20.0, 1.0, 3.0),
    (2.0, 20.0, 1.0002, 3.0),
    (5.0, 1.0, 3.0, 50.0),
    (30.0, 0.5, 0.2, 0.3),
]


def model_of(r, alpha, a, b, is_modified=False):
    return BgNbd(r, alpha, a, b, is_modified, 0.0, np.eye(4), "converged", 1.0, 1.0)


def exact(t, x, age, r, alpha, a, b):
    """The transformed closed form, with 60 digits."""
    with mpmath.workdps(60):
        t, x, age, r, alpha, a, b = (mpmath.mpf(float(value)) for value in (t, x, age, r, alpha, a, b))
        if abs(a - 1) < 1e-9:
            a += mpmath.mpf(10) ** -20
        z, c = t / (alpha + age + t), a + b + x - 1
        inner = (1 - z) ** (a - 1) * mpmath.hyp2f1(a - 1, a + b - 1 - r, c, z, maxterms=10**6)
        return float(c / (a - 1) * (1 - inner))


@settings(max_examples=300, deadline=None, derandomize=True)
@given(
    r=st.floats(0.02, 40),
    alpha=st.floats(0.05, 300),
    a=st.one_of(st.floats(0.01, 12), st.floats(0.999, 1.001), st.just(1.0)),
    b=st.floats(0.02, 60),
    x=st.one_of(st.integers(0, 5), st.integers(0, 2_000)),
    age=st.floats(0, 3_000),
    share=st.floats(0, 1),
    is_modified=st.booleans(),
)
def test_bounds_and_monotony_for_any_customer(r, alpha, a, b, x, age, share, is_modified):
    model = model_of(r, alpha, a, b, is_modified)
    recency = age * share if x else 0.0
    customer = tuple(np.array([float(value)]) for value in (x, recency, age))
    expected = model.expected_purchases(HORIZONS, *customer)[0]
    alive = model.probability_alive(*customer)[0]
    highest = alive * (r + x) * HORIZONS / (alpha + age)
    assert 0 <= alive <= 1
    assert np.isfinite(expected).all()
    assert (expected >= 0).all()
    assert (expected <= highest * (1 + 1e-12)).all()
    assert (np.diff(expected) >= -1e-7 * expected[1:]).all()


@pytest.mark.parametrize("params", PARAMETER_SETS)
def test_against_mpmath(params):
    rng = np.random.default_rng(7)
    x = np.r_[0.0, 1.0, 2_000.0, rng.integers(0, 2_001, 5)]
    age = rng.uniform(1, 3_000, len(x))
    horizons = np.array([7.0, 365.0, 1_095.0])
    found = expected_if_alive(horizons, x, age, *params)
    wanted = np.array([[exact(t, x_k, age_k, *params) for t in horizons] for x_k, age_k in zip(x, age, strict=True)])
    is_quadrature = params == (5.0, 1.0, 3.0, 50.0)
    assert found == pytest.approx(wanted, rel=1e-4 if is_quadrature else 1e-8)


def test_textbook_form_really_fails_where_ours_does_not():
    from scipy.special import hyp2f1

    r, alpha, a, b, x, age, t = 0.24, 4.41, 0.79, 2.43, 532.0, 102.0, 1_095.0
    with np.errstate(all="ignore"):
        textbook = hyp2f1(r + x, b + x, a + b + x - 1, t / (alpha + age + t))
    assert not np.isfinite(textbook)
    found = expected_if_alive(np.array([t]), np.array([x]), np.array([age]), r, alpha, a, b)[0, 0]
    assert found == pytest.approx(exact(t, x, age, r, alpha, a, b), rel=1e-9)


def test_quadrature_alone_is_right_in_the_corner_that_needs_it():
    params = (5.0, 1.0, 3.0, 50.0)  # here the closed form itself turns out non-finite or negative for some customers
    for x, age in ((0.0, 10.0), (40.0, 50.0), (1_500.0, 2_000.0)):
        found = _by_quadrature(np.array([365.0]), x, np.array([[params[1] + age]]), params[0], params[2], params[3])
        assert found[0, 0] == pytest.approx(exact(365.0, x, age, *params), rel=1e-9)


@pytest.mark.parametrize(("a", "c"), [(0.7, 2.4), (0.5, 0.5), (1.0, 1.0), (3.0, 2_000.0), (0.01, 0.02)])
def test_beta_nodes_have_the_moments_of_the_beta_distribution(a, c):
    p, weight = beta_nodes(a, c, 64)
    assert weight.sum() == pytest.approx(1)
    assert (weight * p).sum() == pytest.approx(a / (a + c), rel=1e-9)
    assert (weight * p**2).sum() == pytest.approx(a * (a + 1) / ((a + c) * (a + c + 1)), rel=1e-9)


def test_heavy_customers_are_computed_in_one_call():
    rng = np.random.default_rng(1)
    x, age = rng.integers(0, 2_001, 3_000).astype(float), rng.uniform(1, 3_000, 3_000)
    for params in PARAMETER_SETS:
        found = expected_if_alive(np.array([1_095.0]), x, age, *params)
        assert np.isfinite(found).all()
        assert (found >= 0).all()
