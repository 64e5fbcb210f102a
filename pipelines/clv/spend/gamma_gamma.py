"""What a purchase is worth: the gamma-gamma model, and the shrunken mean for when it does not fit.

Assumptions (Fader and Hardie 2013, "The gamma-gamma model of monetary value", brucehardie.com note 025; Colombo and
Jiang 1999):

1. A customer's purchase values vary around that customer's own mean: gamma with shape p and rate nu.
2. nu differs between customers: gamma with shape q and rate gamma. So the mean purchase value has a heavy right tail.
3. Mean value and purchase rate are independent. (Checked per shop; see `ladder`.)

Money is scaled by its median before fitting, so neither priors nor results depend on the currency.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.special import gammaln, psi

from pipelines.clv.estimation import FitStatus, LogNormalPrior, Objective, Optimum, maximise, posterior_draws
from pipelines.clv.histories import Floats, Ints

SpendMethod = Literal["gamma_gamma", "shrunken_mean"]

# log p, log q, log(gamma / median): published fits have p 4-7, q 3-4, gamma about half the median. With a standard
# deviation of about one, 100 customers outweigh the prior.
PRIOR = LogNormalPrior(mean=np.log([4.0, 4.0, 1.0]), sd=np.array([1.0, 0.7, 1.2]))
# q <= 1 means an infinite mean purchase; 1.05 keeps the mean finite. The other bounds are far outside anything
# plausible.
LOWEST_Q = 1.05
BOUNDS = np.log(np.array([[1e-2, 1e4], [LOWEST_Q, 1e4], [1e-5, 1e5]]))
# For fitting only: otherwise one order a hundred times the usual size would determine the tail for everyone.
WINSORISED_AT = 0.995
# The shrunken mean: purchases vary by half their mean within a customer (p = 4), and a shop's mean weighs as much as
# (q - 1) / p = half a purchase against the customer's own. Near the published gamma-gamma fits, with a heavier tail.
SHRUNKEN_P, SHRUNKEN_Q = 4.0, 3.0
# Prices that vary by less than one in a thousand are constant, and 1e6 makes the draws as constant.
CONSTANT_PRICE_CV, CONSTANT_SHAPE = 1e-3, 1e6


@dataclass(frozen=True)
class GammaGamma:
    """A spend model: fitted gamma-gamma, or one with stated p and q (the shrunken mean).

    Attributes:
        p: Shape of a customer's purchase values.
        q: Shape of the spread between customers.
        gamma: Its rate, in shop currency.
        method: `gamma_gamma` or `shrunken_mean`.
        log_likelihood: Without the prior, on the values as fitted, in shop currency; NaN for the shrunken mean.
        covariance: Of (log p, log q, log gamma), shape (3, 3).
        status: How the fit ended.
        smallest_curvature: Smallest eigenvalue of the negative Hessian in log-parameters; NaN for the shrunken mean.
        customers: How many were fitted.
    """

    p: float
    q: float
    gamma: float
    method: SpendMethod
    log_likelihood: float
    covariance: Floats
    status: FitStatus
    smallest_curvature: float
    customers: float

    @property
    def params(self) -> Floats:
        """(p, q, gamma)."""
        return np.array([self.p, self.q, self.gamma])

    def expected_spend(self, count: Floats, mean: Floats) -> Floats:
        """E[mean purchase value | count, mean] (Fader and Hardie 2013, eq. 5): shop mean and own mean, weighted.

        Args:
            count: Purchases seen, 0 for none, shape (n,).
            mean: Their mean value in shop currency, shape (n,).

        Returns:
            Shop currency per purchase, shape (n,).
        """
        return np.asarray(self.p * (self.gamma + count * mean) / (self.p * count + self.q - 1.0))


def log_likelihood(params: Floats, count: Floats, mean: Floats, weight: Floats | float = 1.0) -> tuple[float, Floats]:
    """Sum of ln f(mean | p, q, gamma, count) (Fader and Hardie 2013, eq. 1a), and its gradient in the log-parameters.

    Args:
        params: (p, q, gamma).
        count: Purchases per customer, >= 1, shape (n,).
        mean: Their mean value, > 0, shape (n,).
        weight: Number of customers in each row.

    Returns:
        Log-likelihood and d/d(log params), shape (3,).
    """
    return _log_likelihood(params, _Values.of(count, mean, weight))


@dataclass(frozen=True)
class _Values:
    """What does not change during a fit, computed once."""

    count: Floats
    count_values: Floats
    count_index: Ints
    total: Floats
    log_mean: Floats
    log_total: Floats
    weight: Floats

    @classmethod
    def of(cls, count: Floats, mean: Floats, weight: Floats | float) -> _Values:
        values, index = np.unique(count, return_inverse=True)
        total = count * mean
        return cls(
            count,
            values,
            index.astype(np.int64),
            total,
            np.log(mean),
            np.log(total),
            np.broadcast_to(weight, count.shape) * 1.0,
        )


def _log_likelihood(params: Floats, data: _Values) -> tuple[float, Floats]:
    p, q, gamma = (float(v) for v in params)
    x, index, weight = data.count_values, data.count_index, data.weight
    log_sum = np.log(gamma + data.total)
    shape = p * data.count + q
    of_x = gammaln(p * x + q) - gammaln(p * x) - gammaln(q) + q * np.log(gamma)
    value = of_x[index] + p * data.count * data.log_total - data.log_mean - shape * log_sum
    gradient = np.array(
        [
            (weight * data.count * ((psi(p * x + q) - psi(p * x))[index] + data.log_total - log_sum)).sum(),
            (weight * ((psi(p * x + q) - psi(q) + np.log(gamma))[index] - log_sum)).sum(),
            (weight * (q / gamma - shape / (gamma + data.total))).sum(),
        ]
    )
    return float((weight * value).sum()), gradient * params


def winsorise(values: Floats) -> Floats:
    """Cap at the 99.5 % quantile (below 200 values, at the second largest), so that no single order sets the tail."""
    if len(values) < 2:
        return values
    return np.minimum(values, np.quantile(values, WINSORISED_AT, method="lower"))


def fit(count: Floats, mean: Floats, weight: Floats | float = 1.0, prior: LogNormalPrior | None = PRIOR) -> GammaGamma:
    """Fit by maximum a posteriori on winsorised means, or by maximum likelihood as they are if the prior is None.

    Args:
        count: Purchases per customer, >= 1, shape (n,).
        mean: Their mean value, > 0, shop currency, shape (n,); at least one customer.
        weight: Number of customers in each row.
        prior: On (log p, log q, log(gamma / median of means)).

    Returns:
        The model with its status; never raises because of the data.
    """
    objective, unit, fitted_mean = _objective(count, mean, weight, prior)
    customers = float(np.broadcast_to(weight, count.shape).sum())
    optimum = maximise(objective, PRIOR.mean, BOUNDS, customers)
    p, q, gamma = (float(v) for v in np.exp(optimum.log_params))
    return GammaGamma(
        p=p,
        q=q,
        gamma=gamma * unit,
        method="gamma_gamma",
        log_likelihood=log_likelihood(np.array([p, q, gamma * unit]), count, fitted_mean, weight)[0],
        covariance=optimum.covariance,
        status=optimum.status,
        smallest_curvature=optimum.smallest_curvature,
        customers=customers,
    )


def _objective(
    count: Floats, mean: Floats, weight: Floats | float, prior: LogNormalPrior | None
) -> tuple[Objective, float, Floats]:
    fitted_mean = mean if prior is None else winsorise(mean)
    unit = float(np.median(mean))
    data = _Values.of(count, fitted_mean / unit, weight)

    def objective(log_params: Floats) -> tuple[float, Floats]:
        value, gradient = _log_likelihood(np.exp(log_params), data)
        if prior is not None:
            prior_value, prior_gradient = prior.log_density(log_params)
            value, gradient = value + prior_value, gradient + prior_gradient
        return value, gradient

    return objective, unit, fitted_mean


def shrunken_mean(mean: Floats) -> GammaGamma:
    """The fallback: fixed p and q, and gamma such that a new customer's mean is the shop's (winsorised) mean.

    Args:
        mean: Mean purchase value of each customer, > 0, shape (n,); may be empty.

    Returns:
        A model that predicts the shop's mean, pulled towards each customer's own. Without any value it predicts 0.
    """
    if not len(mean):
        return GammaGamma(SHRUNKEN_P, SHRUNKEN_Q, 0.0, "shrunken_mean", np.nan, np.zeros((3, 3)), "flat", np.nan, 0.0)
    capped = winsorise(mean)
    shop_mean = float(capped.mean())
    spread = float(capped.std()) / shop_mean
    p, q = (
        (SHRUNKEN_P, SHRUNKEN_Q) if spread > CONSTANT_PRICE_CV or len(mean) == 1 else (CONSTANT_SHAPE, CONSTANT_SHAPE)
    )
    # How well n customers know the shop's mean: from their own spread, or the model's where it says more.
    relative_variance = max(spread**2, (1 + 1 / p) * (q - 1) / (q - 2) - 1) / len(mean)
    covariance = np.diag([0.0, 0.0, np.log1p(relative_variance)])
    gamma = shop_mean * (q - 1) / p
    return GammaGamma(p, q, gamma, "shrunken_mean", np.nan, covariance, "converged", np.nan, float(len(mean)))


def draw_params(
    model: GammaGamma, count: Floats, mean: Floats, draws: int, rng: np.random.Generator
) -> tuple[Floats, float]:
    """Draws of (p, q, gamma) from the posterior under the prior.

    Args:
        model: From `fit` or `shrunken_mean` on the same data.
        count: What it was fitted on, shape (n,).
        mean: What it was fitted on, shape (n,).
        draws: How many.
        rng: Source of randomness.

    Returns:
        Shape (3, draws), and the effective share of the importance sample (1 if none was needed).
    """
    if model.method == "shrunken_mean":
        sd = np.sqrt(np.diag(model.covariance))
        params = model.params * np.exp(sd * rng.standard_normal((draws, 3)) - sd**2 / 2)
        return params.T, 1.0
    objective, unit, _ = _objective(count, mean, 1.0, PRIOR)
    shift = np.log([1.0, 1.0, unit])
    optimum = Optimum(np.log(model.params) - shift, model.covariance, model.smallest_curvature, model.status, 0.0)
    log_params, effective_share = posterior_draws(objective, optimum, draws, rng, float(len(count)))
    return np.exp(np.clip(log_params, BOUNDS[:, 0], BOUNDS[:, 1]) + shift).T, effective_share
