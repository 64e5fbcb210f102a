"""Merges customers with equal histories into one row with a weight.

The likelihoods and predictions depend on a customer only through (x, t_x, T), see `histories`. At day
grain, a million customers have some 400,000 different histories and ten million some 1.6 million; fits cost that much
less.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipelines.clv.histories import Floats, Ints


@dataclass(frozen=True)
class Collapsed:
    """Unique (x, t_x, T) with the number of customers who share each.

    Attributes:
        frequency: x, shape (rows,).
        recency: t_x, shape (rows,).
        age: T, shape (rows,).
        weight: Customers, need not be whole, shape (rows,).
        frequency_values: The distinct x, ascending, so that gamma functions are computed once for each.
        frequency_index: Where each row's x stands in frequency_values, shape (rows,).
    """

    frequency: Floats
    recency: Floats
    age: Floats
    weight: Floats
    frequency_values: Floats
    frequency_index: Ints

    @property
    def customers(self) -> float:
        """Sum of the weights."""
        return float(self.weight.sum())

    @property
    def mean_age(self) -> float:
        """Weighted mean of T, in the data's own time unit; 0 without customers."""
        return float((self.weight * self.age).sum() / self.customers) if self.customers else 0.0


def collapse(frequency: Floats, recency: Floats, age: Floats, weight: Floats | None = None) -> tuple[Collapsed, Ints]:
    """Merge customers with equal (x, t_x, T); the likelihood and every prediction depend on nothing else.

    Args:
        frequency: x, shape (n,).
        recency: t_x, shape (n,).
        age: T, in the unit of recency, shape (n,).
        weight: Number of customers in each row, shape (n,); one each if left out.

    Returns:
        The merged rows, sorted by x, t_x, T, and for each customer the row that holds it, shape (n,).

    Raises:
        ValueError: A history is impossible (negative, not finite, t_x > T, or t_x > 0 without a repeat purchase).
    """
    _check(frequency, recency, age)
    x_values, x_code = np.unique(frequency, return_inverse=True)
    recency_values, recency_code = np.unique(recency, return_inverse=True)
    age_values, age_code = np.unique(age, return_inverse=True)
    code = (x_code.astype(np.int64) * len(recency_values) + recency_code) * len(age_values) + age_code
    _, first, inverse = np.unique(code, return_index=True, return_inverse=True)
    weights = np.bincount(inverse, weights=weight, minlength=len(first)).astype(np.float64)
    merged = Collapsed(
        frequency=frequency[first],
        recency=recency[first],
        age=age[first],
        weight=weights,
        frequency_values=x_values,
        frequency_index=x_code[first].astype(np.int64),
    )
    return merged, inverse.astype(np.int64)


def _check(frequency: Floats, recency: Floats, age: Floats) -> None:
    bad = ~(np.isfinite(frequency) & np.isfinite(recency) & np.isfinite(age))
    bad |= (frequency < 0) | (recency < 0) | (age < recency) | ((frequency == 0) & (recency > 0))
    if bad.any():
        row = int(np.flatnonzero(bad)[0])
        raise ValueError(
            f"{int(bad.sum())} impossible histories; the first is row {row}: x={frequency[row]}, t_x={recency[row]}, "
            f"T={age[row]}. Needed: finite, 0 <= t_x <= T, and t_x = 0 where x = 0."
        )
