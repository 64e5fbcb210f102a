"""The spend model of a shop: one gamma-gamma, one per frequency band, or the shrunken mean.

The gamma-gamma model assumes that frequency and spend are independent. Where they are not, it pulls frequent buyers
towards the mean of rare ones and the other way round. Then each band of frequency gets a model of its own.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.stats import rankdata

from pipelines.clv.estimation import MIN_EFFECTIVE_SHARE
from pipelines.clv.histories import Floats, Histories, Ints
from pipelines.clv.spend import gamma_gamma
from pipelines.clv.spend.gamma_gamma import LOWEST_Q, GammaGamma

# Fewer customers cannot tell p from q (judgement).
MIN_CUSTOMERS = 30
# Rank correlation of frequency and mean spend beyond which the independence assumption misleads (judgement; CDNOW has
# .20, a gift wholesaler .20-.27: both fit well with one model).
DEPENDENT_ABOVE = 0.3
# First purchase count of each band: once, twice or three times, more often. A band needs 100 customers, three times the
# minimum, or it is not worth a model.
BAND_STARTS, BAND_MIN_CUSTOMERS = (0.0, 2.0, 4.0), 100


@dataclass(frozen=True)
class SpendModel:
    """One gamma-gamma for all customers, or one for each band of frequency.

    Attributes:
        starts: Lowest purchase count of each band, shape (bands,); the first is 0.
        models: One per band.
        rank_correlation: Spearman's, of purchase count and mean value; NaN where it cannot be computed.
        customers: How many customers with a value were read.
    """

    starts: Floats
    models: tuple[GammaGamma, ...]
    rank_correlation: float
    customers: int

    @property
    def method(self) -> str:
        """`gamma_gamma`, `gamma_gamma_by_frequency` or `shrunken_mean`."""
        return self.models[0].method if len(self.models) == 1 else "gamma_gamma_by_frequency"

    def band(self, count: Floats) -> Ints:
        """Band of each customer, shape (n,)."""
        return np.searchsorted(self.starts, count, side="right") - 1

    def expected_spend(self, count: Floats, mean: Floats) -> Floats:
        """Expected value of a purchase in shop currency, shape (n,)."""
        band = self.band(count)
        expected = np.empty_like(mean)
        for number, model in enumerate(self.models):
            rows = band == number
            expected[rows] = model.expected_spend(count[rows], mean[rows])
        return expected


@dataclass(frozen=True)
class SpendDraws:
    """Posterior draws of a spend model: p, q, gamma, shape (bands, 3, draws)."""

    model: SpendModel
    params: Floats

    def values(
        self, histories: Histories, buyer_row: Ints, buyer_draw: Ints, event_buyer: Ints, rng: np.random.Generator
    ) -> Floats:
        """Value of each simulated purchase.

        Args:
            histories: The customers simulated, n rows.
            buyer_row: Row of each buyer, shape (buyers,).
            buyer_draw: Draw of each buyer, shape (buyers,).
            event_buyer: Buyer of each purchase, shape (events,).
            rng: Source of randomness.

        Returns:
            Shop currency, shape (events,).
        """
        count, mean = histories.spend_count[buyer_row], histories.spend_mean[buyer_row]
        p, q, gamma = self.params[self.model.band(count), :, buyer_draw].T
        nu = rng.standard_gamma(q + p * count)
        scale = (gamma + count * mean) / np.maximum(nu, 1e-300)
        return np.asarray(rng.standard_gamma(p[event_buyer]) * scale[event_buyer])


def fit(histories: Histories) -> SpendModel:
    """Fit what the data can support; never raises because of the data.

    Args:
        histories: With spend_count and spend_mean, n rows.

    Returns:
        The spend model.
    """
    usable = (histories.spend_count > 0) & (histories.spend_mean > 0)
    count, mean = histories.spend_count[usable], histories.spend_mean[usable]
    correlation = _rank_correlation(count, mean)
    starts = _bands(count) if abs(correlation) > DEPENDENT_ABOVE else np.zeros(1)
    band = np.searchsorted(starts, count, side="right") - 1
    models = tuple(_fit_one(count[band == number], mean[band == number]) for number in range(len(starts)))
    if len(models) > 1 and any(model.method != "gamma_gamma" for model in models):
        starts, models = np.zeros(1), (_fit_one(count, mean),)
    return SpendModel(starts, models, correlation, len(mean))


def draw(model: SpendModel, histories: Histories, draws: int, rng: np.random.Generator) -> tuple[SpendDraws, float]:
    """Posterior draws; if the importance sample fails, those of the shrunken mean.

    Args:
        model: From `fit` on the same histories.
        histories: As fitted.
        draws: How many.
        rng: Source of randomness.

    Returns:
        The draws (their `model` may have become the shrunken mean) and the smallest effective share.
    """
    usable = (histories.spend_count > 0) & (histories.spend_mean > 0)
    count, mean = histories.spend_count[usable], histories.spend_mean[usable]
    band = model.band(count)
    params: list[Floats] = []
    shares: list[float] = []
    for number, part in enumerate(model.models):
        drawn, share = gamma_gamma.draw_params(part, count[band == number], mean[band == number], draws, rng)
        params.append(drawn)
        shares.append(share)
    if min(shares) < MIN_EFFECTIVE_SHARE:
        fallback = gamma_gamma.shrunken_mean(mean)
        model = SpendModel(np.zeros(1), (fallback,), model.rank_correlation, model.customers)
        params = [gamma_gamma.draw_params(fallback, count, mean, draws, rng)[0]]
    return SpendDraws(model, np.array(params)), min(shares)


def _fit_one(count: Floats, mean: Floats) -> GammaGamma:
    fallback = gamma_gamma.shrunken_mean(mean)
    has_constant_prices = fallback.p != gamma_gamma.SHRUNKEN_P
    if len(mean) < MIN_CUSTOMERS or has_constant_prices:
        return fallback
    model = gamma_gamma.fit(count, mean)
    return model if model.status == "converged" and model.q > LOWEST_Q else fallback


def _bands(count: Floats) -> Floats:
    starts = [BAND_STARTS[0]]
    for start in BAND_STARTS[1:]:
        below = (count >= starts[-1]) & (count < start)
        if below.sum() >= BAND_MIN_CUSTOMERS and (count >= start).sum() >= BAND_MIN_CUSTOMERS:
            starts.append(start)
    return np.array(starts)


def _rank_correlation(count: Floats, mean: Floats) -> float:
    if len(mean) < MIN_CUSTOMERS or np.ptp(count) == 0 or np.ptp(mean) == 0:
        return float("nan")
    a, b = rankdata(count), rankdata(mean)
    a, b = a - a.mean(), b - b.mean()
    return float((a * b).sum() / np.sqrt((a**2).sum() * (b**2).sum()))
