"""How good a prediction was. Every metric takes one number per customer and returns one number.

None of them uses the relative errors of single customers: most customers buy nothing in the holdout, so dividing by the
actual value is undefined for most and arbitrary for the rest.
"""

from __future__ import annotations

import numpy as np
from scipy.stats import rankdata

from pipelines.clv.histories import Floats, Ints

DECILES = 10


def total_bias(predicted: Floats, actual: Floats) -> float:
    """Sum predicted over sum actual, minus 1: +0.1 is ten percent too much. NaN if nothing happened."""
    return float(predicted.sum() / actual.sum() - 1.0) if actual.sum() > 0 else float("nan")


def mean_absolute_error(predicted: Floats, actual: Floats) -> float:
    """In the unit of the inputs, per customer."""
    return float(np.abs(predicted - actual).mean())


def root_mean_squared_error(predicted: Floats, actual: Floats) -> float:
    """In the unit of the inputs, per customer."""
    return float(np.sqrt(((predicted - actual) ** 2).mean()))


def deciles(predicted: Floats) -> Ints:
    """Decile of each customer by prediction, 0 lowest, shape (n,).

    Equal predictions are spread by a fixed shuffle, because customers are numbered in a way that is not neutral.
    """
    shuffle = np.random.default_rng(0).permutation(len(predicted))
    order = shuffle[np.argsort(predicted[shuffle], kind="stable")]
    decile = np.empty(len(predicted), dtype=np.int64)
    decile[order] = np.arange(len(predicted)) * DECILES // max(len(predicted), 1)
    return decile


def decile_error(predicted: Floats, actual: Floats) -> float:
    """Sum over deciles of |predicted - actual|, over the actual total: 0 is perfect. NaN if nothing happened.

    A mean of ten relative errors would be dominated by the lowest decile, which buys little.
    """
    if not actual.sum() > 0:
        return float("nan")
    decile = deciles(predicted)
    gap = np.bincount(decile, weights=predicted) - np.bincount(decile, weights=actual)
    return float(np.abs(gap).sum() / actual.sum())


def spearman(predicted: Floats, actual: Floats) -> float:
    """Rank correlation, ties at their mean rank; 0 if either is constant (it ranks nobody)."""
    a, b = rankdata(predicted), rankdata(actual)
    a, b = a - a.mean(), b - b.mean()
    spread = np.sqrt((a**2).sum() * (b**2).sum())
    return float((a * b).sum() / spread) if spread > 0 else 0.0


def normalised_gini(predicted: Floats, actual: Floats) -> float:
    """Gini of the actual values sorted by prediction, over the best possible: 1 perfect order, about 0 random."""
    best = _gini(actual, actual)
    return _gini(predicted, actual) / best if best > 0 else float("nan")


def _gini(by: Floats, actual: Floats) -> float:
    total = actual.sum()
    if not total > 0:
        return float("nan")
    shuffle = np.random.default_rng(0).permutation(len(actual))
    ordered = actual[shuffle][np.argsort(-by[shuffle], kind="stable")]
    gained = np.cumsum(ordered) / total
    return float(gained.mean() - (len(actual) + 1) / (2 * len(actual)))


def top_decile_capture(predicted: Floats, actual: Floats) -> float:
    """Share of the actual total that the tenth with the highest predictions brought. NaN if nothing happened."""
    if not actual.sum() > 0:
        return float("nan")
    return float(actual[deciles(predicted) == DECILES - 1].sum() / actual.sum())


def probability_integral_transform(draws: Floats, actual: Floats, seed: int) -> Floats:
    """Where the actual value falls among its draws, uniform on 0..1 if the intervals are right.

    Randomised over ties, so that it is uniform for counts and for the mass at 0 too (Czado, Gneiting and Held 2009).

    Args:
        draws: Predictive draws, shape (n, draws).
        actual: Shape (n,).
        seed: For the ties.

    Returns:
        Shape (n,).
    """
    below = (draws < actual[:, None]).sum(axis=1)
    equal = (draws == actual[:, None]).sum(axis=1)
    uniform = np.random.default_rng(seed).random(len(actual))
    return np.asarray((below + uniform * (equal + 1)) / (draws.shape[1] + 1))


def coverage(transform: Floats, level: float) -> float:
    """Share of customers inside the central interval of that level, by the transform above."""
    return float((np.abs(transform - 0.5) <= level / 2).mean())
