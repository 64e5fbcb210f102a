"""Likelihood of BG/NBD and MBG/NBD, and the odds of having left; assumptions and letters as in `bg_nbd`."""

from __future__ import annotations

import numpy as np
from scipy.special import expit, gammaln, psi

from pipelines.clv.counts.collapse import Collapsed
from pipelines.clv.histories import Floats


def log_dead_odds(params: Floats, is_modified: bool, frequency: Floats, recency: Floats, age: Floats) -> Floats:
    """Log of B(a+1, b+x-1) / B(a, b+x) * ((alpha+T) / (alpha+t_x))^(r+x), the odds of having left at t_x.

    Args:
        params: (r, alpha, a, b), or that many columns that broadcast against the customers.
        is_modified: MBG/NBD instead of BG/NBD.
        frequency: x, shape (n,) or broadcastable.
        recency: t_x.
        age: T.

    Returns:
        Log-odds in the broadcast shape.
    """
    r, alpha, a, b = params
    left = b + frequency - (0.0 if is_modified else 1.0)
    possible = left > b - 0.5  # x = 0 in BG/NBD: nobody leaves after the first purchase
    odds = (
        np.log(a) - np.log(np.where(possible, left, 1.0)) + (r + frequency) * np.log((alpha + age) / (alpha + recency))
    )
    return np.asarray(np.where(possible, odds, -np.inf))


def log_likelihood(params: Floats, is_modified: bool, data: Collapsed) -> tuple[float, Floats]:
    """Sum over customers of ln L(r, alpha, a, b | x, t_x, T), and its gradient in the log-parameters.

    Fader, Hardie and Lee (2005), eq. 6, split into "still alive" and the odds of having left after the last purchase:
    ln L = ln A + ln(1 + odds).

    Args:
        params: (r, alpha, a, b).
        is_modified: MBG/NBD instead of BG/NBD.
        data: Collapsed histories.

    Returns:
        Log-likelihood and d/d(log params), shape (4,).
    """
    r, alpha, a, b = (float(p) for p in params)
    upper = b + (1.0 if is_modified else 0.0)
    x, index = data.frequency_values, data.frequency_index  # functions of x alone, once per distinct x
    of_x = gammaln(r + x) - gammaln(r) + r * np.log(alpha)
    of_x += gammaln(upper + x) - gammaln(a + upper + x) - gammaln(b) + gammaln(a + b)
    with np.errstate(divide="ignore"):
        log_leave = np.where(upper + x - 1.0 > b - 0.5, np.log(a / np.maximum(upper + x - 1.0, 1e-300)), -np.inf)
    log_age = np.log(alpha + data.age)
    log_gap = log_age - np.log(alpha + data.recency)
    shape = r + data.frequency
    odds = log_leave[index] + shape * log_gap
    dead = expit(odds)
    value = of_x[index] - shape * log_age + np.logaddexp(0.0, odds)

    weight = data.weight
    weighted_dead = weight * dead
    weight_of_x = np.bincount(index, weights=weight, minlength=len(x))
    dead_of_x = np.bincount(index, weights=weighted_dead, minlength=len(x))
    by_age, by_recency = 1.0 / (alpha + data.age), 1.0 / (alpha + data.recency)
    with np.errstate(divide="ignore", invalid="ignore"):
        leave_slope = np.where(dead_of_x > 0, dead_of_x / (upper + x - 1.0), 0.0)
    gradient = np.array(
        [
            (weight_of_x * (psi(r + x) - psi(r) + np.log(alpha))).sum()
            + (weighted_dead * log_gap - weight * log_age).sum(),
            weight.sum() * r / alpha + (shape * (weighted_dead * (by_age - by_recency) - weight * by_age)).sum(),
            (weight_of_x * (psi(a + b) - psi(a + upper + x))).sum() + dead_of_x.sum() / a,
            (weight_of_x * (psi(upper + x) - psi(a + upper + x) - psi(b) + psi(a + b))).sum() - leave_slope.sum(),
        ]
    )
    return float((weight * value).sum()), gradient * params
