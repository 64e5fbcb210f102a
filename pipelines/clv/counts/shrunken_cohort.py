"""Values for shops too small or too young for predictions per customer.

Every customer of one age gets the same number of expected purchases: what a BG/NBD, held by its priors, expects of a
customer of that age without looking at what they bought. It works with one customer and with one day of history; its
intervals are then as wide as the priors. (Simulated shops of 50 customers, truths near the priors' centre and
far from it: 80 % intervals hold 78-82 % of customers and 85-97 % of totals. A curve counted from so few purchases
holds 49-82 % of totals.)

A purchase ends the customer's life with probability p, so given lambda and p the customer is alive at age s with
probability exp(-lambda p s), and buys there at rate lambda exp(-lambda p s). Over lambda ~ Gamma(r, alpha) both have
closed forms; over p ~ Beta(a, b) they are summed by quadrature.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipelines.clv.counts.bg_nbd import BgNbd
from pipelines.clv.counts.conditional_expectation import QUADRATURE_NODES, beta_nodes
from pipelines.clv.histories import DAYS_PER_MONTH, DAYS_PER_WEEK, Floats

# Where the next purchase is looked for: every half week for three years.
NEXT_PURCHASE_GRID_WEEKS = np.arange(0.0, 36 * DAYS_PER_MONTH / DAYS_PER_WEEK + 0.5, 0.5)


@dataclass(frozen=True)
class ShrunkenCohort:
    """Expected purchases by age alone, from a BG/NBD under its priors (times in weeks)."""

    model: BgNbd
    name: str = "shrunken_cohort"

    def probability_alive(self, _frequency: Floats, _recency: Floats, age: Floats) -> Floats:
        """1 for everyone: the expectation already contains those who have left by that age."""
        return np.ones_like(age)

    def expected_if_alive(self, times: Floats, _frequency: Floats, age: Floats) -> Floats:
        """Expected purchases in the next `times` weeks (shape (k,)) for customers of `age`, shape (n, k).

        The integral of lambda exp(-lambda p s) over s = T .. T + t, lambda integrated out:
        (alpha / (alpha + p T))^r * (1 - (1 + p t / (alpha + p T))^-r) / p.
        """
        r, alpha, a, b = self.model.params
        expected = np.zeros((len(age), len(times)))
        for p, weight in zip(*beta_nodes(float(a), float(b), QUADRATURE_NODES), strict=True):
            since = (alpha + p * age)[:, None]
            expected += weight * (alpha / since) ** r * -np.expm1(-r * np.log1p(p * times / since)) / p
        return expected

    def time_to_next(self, _frequency: Floats, _recency: Floats, age: Floats) -> Floats:
        """Weeks by which the customer is as likely as not to have bought; inf if not within three years; shape (n,).

        P(a purchase in T .. T + t) is the mean over p of (alpha / (alpha + p T))^r - (alpha / (alpha + p T + t))^r.
        """
        r, alpha, a, b = self.model.params
        ages, of_customer = np.unique(age, return_inverse=True)
        bought = np.zeros((len(ages), len(NEXT_PURCHASE_GRID_WEEKS)))
        for p, weight in zip(*beta_nodes(float(a), float(b), QUADRATURE_NODES), strict=True):
            since = (alpha + p * ages)[:, None]
            bought += weight * ((alpha / since) ** r - (alpha / (since + NEXT_PURCHASE_GRID_WEEKS)) ** r)
        found = [float(np.interp(0.5, row, NEXT_PURCHASE_GRID_WEEKS, right=np.inf)) for row in bought]
        return np.array(found)[of_customer]
