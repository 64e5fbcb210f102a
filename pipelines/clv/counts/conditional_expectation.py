"""Expected purchases of a customer who is alive, numerically safe also for the heaviest buyers.

The textbook form (Fader, Hardie and Lee 2005, eq. 10) multiplies a number near 0 by a hypergeometric function near
infinity and fails from about 180 purchases on. Euler's transformation of that function avoids it: with
z = t / (alpha + T + t),

    E[X(t) | alive] = (a + b + x - 1) / (a - 1) * (1 - (1 - z)^(a - 1) * 2F1(a - 1, a + b - 1 - r; a + b + x - 1; z))

Near a = 1 the difference cancels; the result is smooth in a, so it is interpolated from values on both sides. What
still comes out impossible (rare, for large b) is computed as the mean over p ~ Beta(a, b + x) of
(1 - (1 + p t / (alpha + T))^-(r + x)) / p, whose terms are all positive.
"""

from __future__ import annotations

import numpy as np
from scipy.linalg import eigh_tridiagonal
from scipy.special import hyp2f1

from pipelines.clv.histories import Floats

# Only customers with hundreds of purchases in a few months, under b in the tens, come here. Against mpmath, 12 to 20
# nodes were up to 64 % wrong on them, 128 are within 1e-4, mostly 1e-10; 256 cost eight times as much (2026-11).
QUADRATURE_NODES = 128
# Nearer to a = 1 than this, a cubic through four values of a at these distances: its error and that of the cancellation
# are both below 1e-8.
NEAR_ONE = 0.002
INTERPOLATED_FROM = 1.0 + 0.004 * np.array([-3.0, -1.0, 1.0, 3.0])
# Rounding may carry a value this far over its bound without being wrong.
ROUNDING = 1e-9


def expected_if_alive(
    times: Floats, frequency: Floats, age: Floats, r: float, alpha: float, a: float, b: float
) -> Floats:
    """E[X(t) | alive at T, x] for several horizons.

    Args:
        times: Horizons t >= 0, in the unit of age, shape (k,).
        frequency: x, shape (n,).
        age: T, shape (n,).
        r: Shape of the purchase rates.
        alpha: Their rate parameter, in the unit of age.
        a: First parameter of the dropout probabilities.
        b: Second one (for MBG/NBD the caller passes b + 1).

    Returns:
        Expected purchases, between 0 and (r + x) t / (alpha + T), shape (n, k).
    """
    x, t = frequency[:, None], times[None, :]
    since = alpha + age[:, None]
    highest = (r + x) * t / since
    if abs(a - 1.0) < NEAR_ONE:
        expected = np.zeros_like(highest)
        for at in INTERPOLATED_FROM:
            others = INTERPOLATED_FROM[at != INTERPOLATED_FROM]
            expected += np.prod((a - others) / (at - others)) * _transformed(t, x, since, r, float(at), b)
    else:
        expected = _transformed(t, x, since, r, a, b)
    with np.errstate(invalid="ignore"):
        wrong = ~((expected >= 0.0) & (expected <= highest * (1.0 + ROUNDING)))
    rows = np.flatnonzero(wrong.any(axis=1))
    for value in np.unique(frequency[rows]):
        same = rows[frequency[rows] == value]
        by_quadrature = _by_quadrature(times, float(value), since[same], r, a, b)
        expected[same] = np.where(wrong[same], by_quadrature, expected[same])
    return np.asarray(np.clip(expected, 0.0, highest))


def _transformed(t: Floats, x: Floats, since: Floats, r: float, a: float, b: float) -> Floats:
    """The closed form above; since is alpha + T. It may overflow, which the caller checks."""
    c = a + b + x - 1.0
    with np.errstate(all="ignore"):
        left = 1.0 - (since / (since + t)) ** (a - 1.0) * hyp2f1(a - 1.0, c - x - r, c, t / (since + t))
        return np.asarray(c / (a - 1.0) * left)


def _by_quadrature(times: Floats, x: float, since: Floats, r: float, a: float, b: float) -> Floats:
    """The mean over p, for customers of one x; since is alpha + T, shape (n, 1); returns shape (n, k)."""
    p, weight = beta_nodes(a, b + x, QUADRATURE_NODES)
    ratio = times[None, :] / since
    total = np.zeros_like(ratio)
    for p_k, weight_k in zip(p, weight, strict=True):
        total += weight_k * -np.expm1(-(r + x) * np.log1p(p_k * ratio)) / p_k
    return total


def beta_nodes(a: float, c: float, nodes: int) -> tuple[Floats, Floats]:
    """Gauss quadrature for p ~ Beta(a, c): nodes and weights that sum to 1.

    Golub and Welsch (1969) on the Jacobi recurrence, written for the interval 0..1 so that nodes near 0 keep their
    digits; the library's version overflows for c in the thousands.

    Args:
        a: First parameter, > 0.
        c: Second parameter, > 0.
        nodes: How many.

    Returns:
        Nodes in (0, 1) and weights, each of shape (nodes,).
    """
    s = a + c - 2.0
    n = np.arange(1.0, nodes)
    diagonal = np.empty(nodes)
    diagonal[0] = a / (a + c)
    diagonal[1:] = (2 * n * (n + s + 1) + s * a) / ((2 * n + s) * (2 * n + s + 2))
    squared = np.empty(nodes - 1)
    squared[0] = a * c / ((a + c) ** 2 * (a + c + 1))  # the general term is 0/0 here where a + c = 1
    n = n[1:]
    squared[1:] = n * (n + c - 1) * (n + a - 1) * (n + s) / ((2 * n + s) ** 2 * (2 * n + s + 1) * (2 * n + s - 1))
    p, vectors = eigh_tridiagonal(diagonal, np.sqrt(squared))
    weight = vectors[0] ** 2
    return np.clip(p, 1e-300, 1.0), weight / weight.sum()
