"""When customers buy: BG/NBD and MBG/NBD.

Assumptions (Fader, Hardie and Lee 2005, "Counting your customers the easy way", Marketing Science 24(2)):

1. While alive, a customer buys at random moments with a constant rate lambda.
2. lambda differs between customers: gamma with shape r and rate alpha.
3. After each purchase the customer leaves for good with probability p.
4. p differs between customers: beta with parameters a and b.
5. lambda and p are independent. No seasons, no trends.

BG/NBD lets a customer leave after *repeat* purchases only, so everyone with one purchase is alive with certainty.
MBG/NBD (Batislam, Denizel and Filiztekin 2007; Hoppe and Wagner 2007) lets customers leave after the first one too. In
every formula that is b + 1 in place of b, except in the constant B(a, b); so both share this code.

Time may have any unit; alpha has the same.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from pipelines.clv.counts.bg_nbd_likelihood import log_dead_odds, log_likelihood
from pipelines.clv.counts.collapse import Collapsed
from pipelines.clv.counts.conditional_expectation import expected_if_alive
from pipelines.clv.estimation import FitStatus, LogNormalPrior, Objective, Optimum, maximise, posterior_draws
from pipelines.clv.histories import Floats

# Log-parameters of r, alpha / mean age, a, b. The centre is that of published fits of webshops and mail order (r .2-.8,
# a .4-1, b 1-3); the widths let the likelihood of 300 customers decide (measured on simulated shops). Alpha is
# relative to the mean age so that the prior does not change with the time unit.
PRIOR = LogNormalPrior(mean=np.log([0.5, 0.25, 0.7, 2.0]), sd=np.array([1.0, 1.2, 1.0, 1.0]))
# Far outside anything plausible: they keep the search from overflow and mark runaway fits.
BOUNDS = np.log(np.array([[1e-4, 1e3], [1e-5, 1e4], [1e-4, 1e4], [1e-4, 1e4]]))


@dataclass(frozen=True)
class BgNbd:
    """A fitted BG/NBD or MBG/NBD.

    Attributes:
        r: Shape of the purchase rates.
        alpha: Their rate parameter, in the data's time unit.
        a: First parameter of the dropout probabilities.
        b: Second one.
        is_modified: Whether it is MBG/NBD.
        log_likelihood: Without the prior; NaN if the parameters were not fitted.
        covariance: Of (log r, log alpha, log a, log b), shape (4, 4).
        status: How the fit ended.
        smallest_curvature: Smallest eigenvalue of the negative Hessian in log-parameters.
        customers: How many were fitted.
        time_scale: What alpha is compared to in the prior, in the data's time unit.
    """

    r: float
    alpha: float
    a: float
    b: float
    is_modified: bool
    log_likelihood: float
    covariance: Floats
    status: FitStatus
    smallest_curvature: float
    customers: float
    time_scale: float = 1.0

    @property
    def name(self) -> str:
        """The name of the model in the literature, as published in `clv_method`."""
        return "mbg_nbd" if self.is_modified else "bg_nbd"

    @property
    def params(self) -> Floats:
        """(r, alpha, a, b)."""
        return np.array([self.r, self.alpha, self.a, self.b])

    def probability_alive(self, frequency: Floats, recency: Floats, age: Floats) -> Floats:
        """P(alive at T | x, t_x, T), as a logistic function so that nothing overflows (the papers' eq. for P(active)).

        For BG/NBD it is 1 for everyone with a single purchase: that model does not let them leave.

        Args:
            frequency: x, shape (n,).
            recency: t_x, shape (n,).
            age: T, shape (n,).

        Returns:
            Probabilities, shape (n,).
        """
        return np.asarray(expit(-log_dead_odds(self.params, self.is_modified, frequency, recency, age)))

    def expected_if_alive(self, times: Floats, frequency: Floats, age: Floats) -> Floats:
        """E[X(t) | alive at T, x]: purchases, shape (n, k) for n customers and k horizons."""
        return expected_if_alive(times, frequency, age, self.r, self.alpha, self.a, self.b + self.is_modified)

    def expected_purchases(self, times: Floats, frequency: Floats, recency: Floats, age: Floats) -> Floats:
        """E[X(t) | x, t_x, T]: purchases in the t after T (Fader, Hardie and Lee 2005, eq. 10, transformed).

        Args:
            times: Horizons, shape (k,).
            frequency: x, shape (n,).
            recency: t_x, shape (n,).
            age: T, shape (n,).

        Returns:
            Shape (n, k).
        """
        alive = self.probability_alive(frequency, recency, age)
        return alive[:, None] * self.expected_if_alive(times, frequency, age)

    def time_to_next(self, frequency: Floats, recency: Floats, age: Floats, share: float = 0.5) -> Floats:
        """Time by which the customer has bought again with the given probability.

        P(no purchase until t) = P(dead) + P(alive) ((alpha + T) / (alpha + T + t))^(r + x).

        Args:
            frequency: x, shape (n,).
            recency: t_x, shape (n,).
            age: T, shape (n,).
            share: The probability; 0.5 gives the median.

        Returns:
            Shape (n,); inf where the probability is never reached.
        """
        alive = self.probability_alive(frequency, recency, age)
        with np.errstate(divide="ignore", over="ignore"):
            still_to_come = np.log1p(-np.minimum(share / np.maximum(alive, 1e-300), 1.0))
            return np.asarray((self.alpha + age) * np.expm1(-still_to_come / (self.r + frequency)))


def fit(
    data: Collapsed, is_modified: bool = False, prior: LogNormalPrior | None = PRIOR, shortest_scale: float = 0.0
) -> BgNbd:
    """Fit by maximum a posteriori, or by maximum likelihood if the prior is None.

    Args:
        data: Collapsed histories, in any time unit; at least one customer.
        is_modified: MBG/NBD instead of BG/NBD.
        prior: On (log r, log(alpha / mean age), log a, log b).
        shortest_scale: Replaces the mean age in the prior where that is shorter, in the data's time unit: a shop of
            three days must not be expected to sell to everyone every day.

    Returns:
        The model, with its status. Difficult data lead to a bad status, never to an exception.
    """
    unit = max(data.mean_age, shortest_scale) or 1.0  # everyone bought first on the last day: any unit will do
    optimum = maximise(_objective(data, is_modified, prior, unit), PRIOR.mean, BOUNDS, data.customers)
    return _model(optimum, data, is_modified, unit)


def draw_params(
    model: BgNbd, data: Collapsed, draws: int, rng: np.random.Generator, prior: LogNormalPrior | None = PRIOR
) -> tuple[Floats, float]:
    """Draws of (r, alpha, a, b) from the posterior of a fitted model.

    Args:
        model: From `fit` on the same data and prior.
        data: What it was fitted on.
        draws: How many.
        rng: Source of randomness.
        prior: As in `fit`.

    Returns:
        Shape (4, draws), and the effective share of the importance sample (1 for Laplace).
    """
    unit = model.time_scale
    shift = np.array([0.0, np.log(unit), 0.0, 0.0])
    optimum = Optimum(np.log(model.params) - shift, model.covariance, model.smallest_curvature, model.status, 0.0)
    objective = _objective(data, model.is_modified, prior, unit)
    log_params, effective_share = posterior_draws(objective, optimum, draws, rng, data.customers)
    return np.exp(np.clip(log_params, BOUNDS[:, 0], BOUNDS[:, 1]) + shift).T, effective_share


def _objective(data: Collapsed, is_modified: bool, prior: LogNormalPrior | None, unit: float) -> Objective:
    """Log-posterior in log-parameters with time measured in mean ages: the same for every time unit."""
    scaled = Collapsed(
        data.frequency, data.recency / unit, data.age / unit, data.weight, data.frequency_values, data.frequency_index
    )

    def objective(log_params: Floats) -> tuple[float, Floats]:
        value, gradient = log_likelihood(np.exp(log_params), is_modified, scaled)
        if prior is not None:
            prior_value, prior_gradient = prior.log_density(log_params)
            value, gradient = value + prior_value, gradient + prior_gradient
        return value, gradient

    return objective


def _model(optimum: Optimum, data: Collapsed, is_modified: bool, unit: float) -> BgNbd:
    r, alpha, a, b = (float(p) for p in np.exp(optimum.log_params))
    params = np.array([r, alpha * unit, a, b])
    return BgNbd(
        r=r,
        alpha=alpha * unit,
        a=a,
        b=b,
        is_modified=is_modified,
        log_likelihood=log_likelihood(params, is_modified, data)[0],
        covariance=optimum.covariance,
        status=optimum.status,
        smallest_curvature=optimum.smallest_curvature,
        customers=data.customers,
        time_scale=unit,
    )
