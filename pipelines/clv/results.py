"""The results that leave this package. Money is in shop currency, times in days unless the name says otherwise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri

from pipelines.clv.histories import Floats, Histories, Ints
from pipelines.clv.judging.fit_records import FitRecord
from pipelines.clv.judging.ladder import Status
from pipelines.clv.judging.scorecard import Backtest
from pipelines.clv.simulation.samplers import CountDraws
from pipelines.clv.simulation.simulate import simulate
from pipelines.clv.spend.spend import SpendDraws

LEVELS = (0.1, 0.5, 0.9)
# The part of an interval that comes from the backtest, as 25 equally likely factors: exact to 1 %, and not random.
_ERROR_SCORES = ndtri((np.arange(25) + 0.5) / 25)


@dataclass(frozen=True)
class CustomerPredictions:
    """One entry per customer, in the order of the customer numbers.

    Attributes:
        probability_alive: From `Prediction.alive_method`, shape (n,).
        expected_purchases_12m: Purchase days in the next 12 months, shape (n,).
        expected_purchase_value: Per purchase, shape (n,).
        expected_value: Means, undiscounted, one column per horizon, shape (n, horizons).
        discounted_value_12m: Shape (n,).
        value_12m_p10: The customer spends less with 10 % probability; of the whole predictive distribution, shape (n,).
        value_12m_p50: Median; 0 where no purchase is more likely than one.
        value_12m_p90: Shape (n,).
        days_to_next_purchase: Days by which a further purchase is as likely as not; NaN where that is never, or not
            within three years, shape (n,).
    """

    probability_alive: Floats
    expected_purchases_12m: Floats
    expected_purchase_value: Floats
    expected_value: Floats
    discounted_value_12m: Floats
    value_12m_p10: Floats
    value_12m_p50: Floats
    value_12m_p90: Floats
    days_to_next_purchase: Floats


@dataclass(frozen=True)
class TotalInterval:
    """Interval of a sum over customers, with its two sources of width.

    Attributes:
        p10: With both parts.
        p50: Median.
        p90: With both parts.
        model_p10: By the model alone; measured to be too narrow.
        model_p90: The same.
        model_log_sd: The model's part of the width: standard deviation of the logarithm.
        backtest_log_sd: The part added because totals were off in the backtest.
    """

    p10: float
    p50: float
    p90: float
    model_p10: float
    model_p90: float
    model_log_sd: float
    backtest_log_sd: float

    @classmethod
    def of(cls, draws: Floats, backtest_log_sd: float) -> TotalInterval:
        """From draws of the total, shape (draws,): each multiplied by log-normal factors of median 1."""
        factors = np.exp(backtest_log_sd * _ERROR_SCORES)
        low, middle, high = (float(v) for v in np.quantile(draws[:, None] * factors, LEVELS))
        model_low, model_high = (float(v) for v in np.quantile(draws, (LEVELS[0], LEVELS[-1])))
        # If the model's part is much the larger, the few factors could make the whole narrower than that part alone.
        low, high = min(low, model_low), max(high, model_high)
        return cls(low, middle, high, model_low, model_high, _log_sd(draws, model_low, model_high), backtest_log_sd)


def _log_sd(draws: Floats, low: float, high: float) -> float:
    """From the 80 % interval, which a heavy tail does not distort; from the variance if that interval touches 0."""
    if low > 0:
        return float(np.log(high / low) / (ndtri(LEVELS[-1]) - ndtri(LEVELS[0])))
    mean = float(draws.mean())
    return float(np.sqrt(np.log1p(draws.var() / mean**2))) if mean > 0 else 0.0


@dataclass(frozen=True)
class ForecastMonth:
    """Value of one coming month from customers known today."""

    months_ahead: int
    expected_value: float
    interval: TotalInterval


@dataclass(frozen=True)
class GroupTotal:
    """Value of the next 12 months from one group of customers."""

    group: int
    customers: int
    expected_value: float
    interval: TotalInterval


@dataclass(frozen=True)
class Simulator:
    """All that is needed to repeat the simulation for other groups: same seed, same draws.

    Attributes:
        counts: Draws of the count model.
        spend: Draws of the spend model.
        histories: The customers.
        period_ends: Month ends, weeks.
        seed: Of the random streams.
        threads: Blocks simulated at the same time.
    """

    counts: CountDraws
    spend: SpendDraws
    histories: Histories
    period_ends: Floats
    seed: int
    threads: int


@dataclass(frozen=True)
class Prediction:
    """All predictions of one night.

    Attributes:
        customers: Per customer.
        horizons_months: Columns of `customers.expected_value`.
        is_extrapolated: Per horizon: whether it is more than 1.5 times the history behind it.
        method: Count model of every figure: `bg_nbd`, `mbg_nbd`, `cohort_average`, `own_rate` or `shrunken_cohort`.
        spend_method: `gamma_gamma`, `gamma_gamma_by_frequency` or `shrunken_mean`.
        alive_method: `mbg_nbd`, or `mbg_nbd_prior` where that could not be fitted.
        is_alive_from_clv_fit: Whether one fit gives both the probability of being alive and the counts.
        status: Why this method, see `ladder.Status`.
        fitted_as_of_day: as_of_day of the parameters (earlier than tonight's if they are stale).
        fits: All models fitted.
        backtest: Scorecard, calibration, losses; rows of the published method have is_champion set.
        forecast: 12 months.
        simulator: For `group_totals`; None without customers.
    """

    customers: CustomerPredictions
    horizons_months: tuple[int, ...]
    is_extrapolated: tuple[bool, ...]
    method: str
    spend_method: str
    alive_method: str
    is_alive_from_clv_fit: bool
    status: Status
    fitted_as_of_day: int
    fits: tuple[FitRecord, ...]
    backtest: Backtest
    forecast: tuple[ForecastMonth, ...]
    simulator: Simulator | None

    def group_totals(self, groupings: Mapping[str, Ints]) -> dict[str, tuple[GroupTotal, ...]]:
        """Value of the next 12 months per group, with intervals for the sum.

        Quantiles of customers must not be added up: the interval would be far too wide. Without the backtest's error
        it would be far too narrow.

        Args:
            groupings: For each name, the group number 0, 1, ... of every customer, shape (n,).

        Returns:
            For each name one entry per group number up to the largest; empty groups have 0 everywhere.
        """
        if self.simulator is None:
            return dict.fromkeys(groupings, ())
        simulated = _simulate(self.simulator, list(groupings.values()))
        expected = self.customers.expected_value[:, self.horizons_months.index(12)]
        log_error = self.backtest.log_error(self.method)
        found = {}
        for (name, groups), totals in zip(groupings.items(), simulated, strict=True):
            sizes = np.bincount(groups, minlength=len(totals))
            sums = np.bincount(groups, weights=expected, minlength=len(totals))
            found[name] = tuple(
                GroupTotal(k, int(sizes[k]), float(sums[k]), TotalInterval.of(draws.sum(axis=1), log_error))
                for k, draws in enumerate(totals)
            )
        return found


def _simulate(simulator: Simulator, groupings: Sequence[Ints]) -> tuple[Floats, ...]:
    state = simulator
    return simulate(
        state.counts, state.spend, state.histories, state.period_ends, groupings, (), state.seed, state.threads
    ).totals
