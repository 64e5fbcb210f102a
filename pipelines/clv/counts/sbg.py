"""How long subscribers stay: the shifted beta-geometric model, for contracts that are renewed or cancelled.

Assumptions (Fader and Hardie 2007, "How to project customer retention", Journal of Interactive Marketing 21(1)):

1. At the end of each period a subscriber cancels with a constant probability theta, which is their own.
2. theta differs between subscribers: beta with parameters alpha and beta.

So retention rises with tenure because those who leave easily have left, not because anyone grows loyal. Times are
counted in whole periods: survival(0) = 1, the first renewal is at 1. With alpha <= 1 the mean lifetime is infinite:
only discounted values, or values over a finite horizon, mean anything.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import betaln, hyp2f1, psi

from pipelines.clv.estimation import FitStatus, LogNormalPrior, maximise
from pipelines.clv.histories import Floats

# log alpha, log beta: a third of the subscribers lost in the first period, within a factor of e either way (the
# published fits: .7 and 1.2, .7 and 3.8). A hundred subscribers outweigh it.
PRIOR = LogNormalPrior(mean=np.log([0.8, 2.0]), sd=np.array([1.0, 1.0]))
BOUNDS = np.log(np.array([[1e-4, 1e4], [1e-4, 1e4]]))


@dataclass(frozen=True)
class ShiftedBetaGeometric:
    """A fitted sBG.

    Attributes:
        alpha: First parameter of the cancellation probabilities.
        beta: Second one.
        log_likelihood: Without the prior.
        covariance: Of (log alpha, log beta), shape (2, 2).
        status: How the fit ended.
        subscribers: How many were fitted.
    """

    alpha: float
    beta: float
    log_likelihood: float
    covariance: Floats
    status: FitStatus
    subscribers: float

    def survival(self, periods: Floats) -> Floats:
        """S(t) = B(alpha, beta + t) / B(alpha, beta): share still subscribed after t renewals (eq. 6), shape of t."""
        return np.asarray(np.exp(betaln(self.alpha, self.beta + periods) - betaln(self.alpha, self.beta)))

    def retention_rate(self, periods: Floats) -> Floats:
        """Share of the subscribers of period t - 1 who stay on: (beta + t - 1) / (alpha + beta + t - 1) (eq. 8)."""
        return np.asarray((self.beta + periods - 1) / (self.alpha + self.beta + periods - 1))

    def expected_payments(self, renewals: Floats, horizon: int) -> Floats:
        """Payments at the next `horizon` renewals of a subscriber who has renewed that many times.

        Args:
            renewals: Renewals behind the subscriber, >= 0, shape (n,).
            horizon: Number of renewal dates that count, >= 0.

        Returns:
            Between 0 and horizon, shape (n,).
        """
        return self.discounted_payments(renewals, horizon, 0.0)

    def discounted_payments(self, renewals: Floats, horizon: int, rate_per_period: float) -> Floats:
        """The same, the k-th coming payment discounted by k periods.

        Args:
            renewals: Renewals behind the subscriber, >= 0, shape (n,).
            horizon: Number of renewal dates that count, >= 0.
            rate_per_period: Discount rate per period, not per year.

        Returns:
            In payments of today, shape (n,).
        """
        ahead = np.arange(1.0, horizon + 1.0)
        stays = self.survival(renewals[:, None] + ahead) / self.survival(renewals)[:, None]
        return np.asarray((stays * (1.0 + rate_per_period) ** -ahead).sum(axis=1))

    def discounted_expected_lifetime(self, rate_per_period: float) -> float:
        """DEL: all payments of a new subscriber without end, the first one today.

        Fader and Hardie (2010, Marketing Science 29(1), "Customer-base valuation in a contractual setting", eq. 6):
        the sum of S(t) / (1 + d)^t, t = 0, 1, ... = 2F1(1, beta; alpha + beta; 1 / (1 + d)).

        Args:
            rate_per_period: d > 0. Without discount and with alpha <= 1 the sum is infinite.

        Returns:
            In payments of today.
        """
        return float(hyp2f1(1.0, self.beta, self.alpha + self.beta, 1.0 / (1.0 + rate_per_period)))

    def discounted_residual_lifetime(self, period: Floats, rate_per_period: float) -> Floats:
        """DERL: coming payments just before the n-th renewal is decided (eq. 7 there), the next one undiscounted.

        Args:
            period: n >= 1; the subscriber has renewed n - 1 times, shape (n,).
            rate_per_period: d > 0.

        Returns:
            In payments of today, shape (n,).
        """
        stays = (self.beta + period - 1) / (self.alpha + self.beta + period - 1)
        discount = 1.0 / (1.0 + rate_per_period)
        return np.asarray(stays * hyp2f1(1.0, self.beta + period, self.alpha + self.beta + period, discount))


def log_likelihood(
    params: Floats, lost: Floats, lost_weight: Floats, kept: Floats, kept_weight: Floats
) -> tuple[float, Floats]:
    """Sum of ln P(T = t) over those lost and ln S(t) over those still there (eq. 5, 6), gradient in log-parameters.

    Args:
        params: (alpha, beta).
        lost: Period in which each row's subscribers cancelled, 1 = did not make the first renewal, shape (l,).
        lost_weight: Subscribers per row, shape (l,).
        kept: Renewals made so far by those still subscribed, >= 0, shape (k,).
        kept_weight: Subscribers per row, shape (k,).

    Returns:
        Log-likelihood and d/d(log params), shape (2,).
    """
    alpha, beta = (float(p) for p in params)
    # P(T = t) = B(alpha + 1, beta + t - 1) / B(alpha, beta)
    value = (lost_weight * (betaln(alpha + 1, beta + lost - 1) - betaln(alpha, beta))).sum()
    value += (kept_weight * (betaln(alpha, beta + kept) - betaln(alpha, beta))).sum()
    all_lost, everyone = lost_weight.sum(), lost_weight.sum() + kept_weight.sum()
    of_both = (lost_weight * psi(alpha + beta + lost)).sum() + (kept_weight * psi(alpha + beta + kept)).sum()
    by_alpha = all_lost * psi(alpha + 1) + kept_weight.sum() * psi(alpha) - of_both
    by_beta = (lost_weight * psi(beta + lost - 1)).sum() + (kept_weight * psi(beta + kept)).sum() - of_both
    constant = psi(alpha + beta)
    gradient = np.array([by_alpha - everyone * (psi(alpha) - constant), by_beta - everyone * (psi(beta) - constant)])
    return float(value), gradient * params


def fit(
    lost: Floats, lost_weight: Floats, kept: Floats, kept_weight: Floats, prior: LogNormalPrior | None = PRIOR
) -> ShiftedBetaGeometric:
    """Fit to collapsed counts, subscribers of any start dates together.

    Args:
        lost: Period in which each row's subscribers cancelled, >= 1, shape (l,).
        lost_weight: Subscribers per row, shape (l,).
        kept: Renewals made so far by those still subscribed (censored today), >= 0, shape (k,).
        kept_weight: Subscribers per row, shape (k,).
        prior: On (log alpha, log beta); None for maximum likelihood.

    Returns:
        The model with its status; with the prior it exists for one subscriber, too.
    """

    def objective(log_params: Floats) -> tuple[float, Floats]:
        value, gradient = log_likelihood(np.exp(log_params), lost, lost_weight, kept, kept_weight)
        if prior is not None:
            prior_value, prior_gradient = prior.log_density(log_params)
            value, gradient = value + prior_value, gradient + prior_gradient
        return value, gradient

    subscribers = float(lost_weight.sum() + kept_weight.sum())
    optimum = maximise(objective, PRIOR.mean, BOUNDS, subscribers)
    params = np.exp(optimum.log_params)
    return ShiftedBetaGeometric(
        alpha=float(params[0]),
        beta=float(params[1]),
        log_likelihood=log_likelihood(params, lost, lost_weight, kept, kept_weight)[0],
        covariance=optimum.covariance,
        status=optimum.status,
        subscribers=subscribers,
    )
