"""The baselines that a model has to beat: the cohort average, and the customer's own past rate.

If no model beats them, the better one is published. Both are mixed Poisson models and so have intervals of their own:
the purchases of a customer are Poisson around an expected number times a gamma factor of mean 1.

`cohort_average` predicts the same for every customer of one age: the purchases per week that customers have made at
each age (everyone observed at that age counts), continued over the coming horizon. `own_rate` predicts everyone's own
purchases per week, pulled towards the shop's rate with the weight of half a purchase.

Times are in weeks.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from pipelines.clv.histories import WEEKS_PER_YEAR, Floats

# Ages at which the rate may change, in weeks: fine where customers are young and the rate falls fast; from a quarter on
# by quarter, half year and year, so that each step holds purchases even in a small shop.
AGE_STEPS_WEEKS = np.array([0.0, 1.0, 2.0, 4.0, 8.0, 13.0, 26.0, 39.0, 52.0, 78.0, 104.0, 156.0, 208.0])
FAR_WEEKS = 1e5  # beyond any horizon
# Ages that fewer than a tenth of customers have reached hold too few purchases to measure a rate. From half a year
# before that age on, the curve is one rate, continued for ever. With a shorter tail, the season in which customers were
# that old decides every forecast (on a gift shop the total came out 4.8 times too high after December); half a year
# still follows the falling rate on CDNOW.
TAIL_REACHED_BY, TAIL_WEEKS = 0.10, 26.0
# The rate of a shop without any repeat purchase: one a year per customer, with the weight of half a purchase. Half is
# Jeffreys' prior for a Poisson rate and the centre of the BG/NBD prior on r.
PRIOR_RATE_PER_WEEK = 1.0 / WEEKS_PER_YEAR
PRIOR_PURCHASES = 0.5
# Each step of the curve starts from the one before with the weight of five purchases: about what makes two
# neighbouring rates differ by chance by half.
STEP_PURCHASES = 5.0
# The spread of customers: gamma shape 0.5 (the same prior centre), with the weight of five expected squared purchases.
PRIOR_SHAPE, PRIOR_SHAPE_WEIGHT = 0.5, 5.0
SHAPE_BOUNDS = (0.05, 50.0)


@dataclass(frozen=True)
class CohortAverage:
    """Expected purchases by customer age.

    Attributes:
        ages: Where the cumulative curve is known, weeks, shape (k,).
        cumulative: Expected repeat purchases from age 0 to there, shape (k,).
        shape: Gamma shape of the spread between customers of one age.
        level_sd: Standard deviation of the logarithm of the whole curve, from the number of purchases behind it.
    """

    ages: Floats
    cumulative: Floats
    shape: float
    level_sd: float
    name: str = "cohort_average"

    def probability_alive(self, _frequency: Floats, _recency: Floats, age: Floats) -> Floats:
        """1 for everyone: the falling rate already contains those who left."""
        return np.ones_like(age)

    def expected_if_alive(self, times: Floats, _frequency: Floats, age: Floats) -> Floats:
        """Expected purchases in the next `times` weeks (shape (k,)) for customers of `age`, shape (n, k)."""
        then = np.interp(age[:, None] + times[None, :], self.ages, self.cumulative)
        return np.asarray(then - np.interp(age, self.ages, self.cumulative)[:, None])

    def time_until(self, purchases: Floats, _frequency: Floats, age: Floats) -> Floats:
        """Weeks until that many purchases are expected, shape (n,)."""
        start = np.interp(age, self.ages, self.cumulative)
        return np.asarray(np.interp(start + purchases, self.cumulative, self.ages) - age)

    def spread(self, frequency: Floats) -> Floats:
        """Gamma shape of each customer's factor, shape (n,)."""
        return np.full_like(frequency, self.shape)

    def time_to_next(self, frequency: Floats, _recency: Floats, age: Floats) -> Floats:
        """Weeks by which the customer is as likely as not to have bought again, shape (n,)."""
        return self.time_until(_median_count(self.spread(frequency)), frequency, age)


@dataclass(frozen=True)
class OwnRate:
    """Every customer goes on at their own past rate.

    Attributes:
        shop_rate: Repeat purchases per customer and week.
        level_sd: Standard deviation of the logarithm of that rate.
    """

    shop_rate: float
    level_sd: float
    name: str = "own_rate"

    def probability_alive(self, _frequency: Floats, _recency: Floats, age: Floats) -> Floats:
        """1 for everyone: in this baseline nobody leaves."""
        return np.ones_like(age)

    def expected_if_alive(self, times: Floats, frequency: Floats, age: Floats) -> Floats:
        """Expected purchases in the next `times` weeks (shape (k,)), shape (n, k)."""
        return self._rate(frequency, age)[:, None] * times[None, :]

    def time_until(self, purchases: Floats, frequency: Floats, age: Floats) -> Floats:
        """Weeks until that many purchases are expected, shape (n,)."""
        return np.asarray(purchases / self._rate(frequency, age))

    def spread(self, frequency: Floats) -> Floats:
        """Gamma shape of each customer's factor, shape (n,)."""
        return frequency + PRIOR_PURCHASES

    def time_to_next(self, frequency: Floats, _recency: Floats, age: Floats) -> Floats:
        """Weeks by which the customer is as likely as not to have bought, shape (n,)."""
        return self.time_until(_median_count(self.spread(frequency)), frequency, age)

    def _rate(self, frequency: Floats, age: Floats) -> Floats:
        return (frequency + PRIOR_PURCHASES) / (age + PRIOR_PURCHASES / self.shop_rate)


def _median_count(shape: Floats) -> Floats:
    """The expected count at which P(no purchase) = (1 + count / shape)^-shape is one half."""
    return np.asarray(shape * np.expm1(np.log(2.0) / shape))


def fit_cohort_average(repeat_ages: Floats, frequency: Floats, age: Floats) -> CohortAverage:
    """Purchases per customer-week at each age, each step pulled towards the one before it.

    Args:
        repeat_ages: Age in weeks at which each repeat purchase was made, shape (purchases,).
        frequency: x, shape (n,).
        age: T in weeks, shape (n,).

    Returns:
        The curve; without any data, the prior's.
    """
    tail = max(float(np.quantile(age, 1 - TAIL_REACHED_BY)) - TAIL_WEEKS, 0.0) if len(age) else 0.0
    starts = np.r_[AGE_STEPS_WEEKS[tail > AGE_STEPS_WEEKS], tail]
    ages = np.r_[starts, FAR_WEEKS]
    exposure = np.array([np.clip(age - low, 0.0, high - low).sum() for low, high in pairwise(ages)])
    purchases = np.bincount(np.searchsorted(starts, repeat_ages, side="right") - 1, minlength=len(starts))
    rate = shop_rate(len(repeat_ages), exposure.sum())
    rates = []
    for bought, weeks in zip(purchases, exposure, strict=True):
        rate = (bought + STEP_PURCHASES) / (weeks + STEP_PURCHASES / rate)
        rates.append(rate)
    cumulative = np.r_[0.0, np.cumsum(np.array(rates) * np.diff(ages))]
    expected = np.interp(age, ages, cumulative)
    # Method of moments for a mixed Poisson: variance = mean + mean^2 / shape.
    excess = ((frequency - expected) ** 2 - expected).sum() + PRIOR_SHAPE_WEIGHT / PRIOR_SHAPE
    inverse_shape = max(excess, 1e-9) / ((expected**2).sum() + PRIOR_SHAPE_WEIGHT)
    shape = float(np.clip(1.0 / inverse_shape, *SHAPE_BOUNDS))
    return CohortAverage(ages, cumulative, shape, _level_sd(expected, shape))


def fit_own_rate(frequency: Floats, age: Floats) -> OwnRate:
    """Estimate the shop's rate, towards which own rates are pulled.

    Args:
        frequency: x, shape (n,).
        age: T in weeks, shape (n,).

    Returns:
        The baseline.
    """
    rate = shop_rate(float(frequency.sum()), float(age.sum()))
    return OwnRate(rate, _level_sd(rate * age, PRIOR_SHAPE))


def shop_rate(purchases: float, weeks: float) -> float:
    """Repeat purchases per customer-week, with half a purchase of the prior rate."""
    return (purchases + PRIOR_PURCHASES) / (weeks + PRIOR_PURCHASES / PRIOR_RATE_PER_WEEK)


def _level_sd(expected: Floats, shape: float) -> float:
    """Log-sd of the level: customers' Poisson and gamma noise, relative to what was expected of all of them."""
    total = float(expected.sum()) + PRIOR_PURCHASES
    variance = total + float((expected**2).sum()) / shape
    return float(np.sqrt(np.log1p(variance / total**2)))
