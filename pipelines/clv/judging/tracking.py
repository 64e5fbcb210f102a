"""Predicted and actual repeat purchases, week by week: the plot with which the papers judge a model."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipelines.clv.counts import bg_nbd
from pipelines.clv.counts.collapse import collapse
from pipelines.clv.histories import DAYS_PER_WEEK, Floats, PurchaseDays, summarise


@dataclass(frozen=True)
class Tracking:
    """Repeat purchases per week of the customers known at the origin, shape (weeks,).

    Attributes:
        week: Weeks since the shop's first purchase, 1, 2, ...
        actual: What happened.
        predicted: What a model fitted at the origin expects, before and after it.
        origin_week: The last week that the fit knew.
    """

    week: Floats
    actual: Floats
    predicted: Floats
    origin_week: float


def track(purchases: PurchaseDays, origin_day: int, as_of_day: int) -> Tracking:
    """Fit BG/NBD on what was known at the origin, and follow its customers to the end.

    As figure 4 of Fader, Hardie and Lee (2005): week w expects the sum over customers of E[X(w - first week)] less that
    of the week before, with E[X(t)] of a new customer.

    Args:
        purchases: Purchase days, all before as_of_day.
        origin_day: First day that the fit does not know.
        as_of_day: First day that is not known now.

    Returns:
        One entry per full week from the shop's first day on.
    """
    known, customers = purchases.before(origin_day)
    history = summarise(known, origin_day, first_counts=False)
    model = bg_nbd.fit(collapse(history.frequency, history.recency, history.age)[0])
    followed = purchases.of(customers)
    first_day = np.full(followed.customer_count, np.iinfo(np.int64).max)
    np.minimum.at(first_day, followed.customer, followed.day)
    start = int(first_day.min())
    weeks = int((as_of_day - start) // DAYS_PER_WEEK)
    ends = DAYS_PER_WEEK * np.arange(weeks + 1)
    is_repeat = followed.day > first_day[followed.customer]
    actual = np.histogram(followed.day[is_repeat] - start, bins=ends)[0].astype(np.float64)
    joined, count = np.unique(first_day - start, return_counts=True)
    nobody = np.zeros(1)
    elapsed = np.maximum(ends[None, :] - joined[:, None], 0.0) / DAYS_PER_WEEK
    grid, position = np.unique(elapsed, return_inverse=True)
    expected = model.expected_purchases(grid, nobody, nobody, nobody)[0][position].reshape(elapsed.shape)
    return Tracking(
        week=np.arange(1.0, weeks + 1.0),
        actual=actual,
        predicted=np.diff((count[:, None] * expected).sum(axis=0)),
        origin_week=(origin_day - start) / DAYS_PER_WEEK,
    )
