"""Simulated purchases of customers, from posterior draws of the count models.

Each sampler is exact for its model: no steps in time, no approximation of who is alive.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
from scipy.special import expit

from pipelines.clv.counts.baselines import CohortAverage, OwnRate
from pipelines.clv.counts.bg_nbd_likelihood import log_dead_odds
from pipelines.clv.histories import Floats, Histories, Ints


@dataclass(frozen=True)
class Events:
    """Simulated purchases. A buyer is a customer who buys at all in a draw.

    Attributes:
        buyer_row: Shape (buyers,).
        buyer_draw: Shape (buyers,).
        event_buyer: Buyer of each purchase, shape (events,).
        time: When, after the last known day, in the unit of the histories, shape (events,).
    """

    buyer_row: Ints
    buyer_draw: Ints
    event_buyer: Ints
    time: Floats


class CountDraws(Protocol):
    """Posterior draws of a count model that can simulate purchases."""

    @property
    def draws(self) -> int:
        """How many parameter sets."""

    def purchases(self, histories: Histories, horizon: Floats | float, rng: np.random.Generator) -> Events:
        """Simulate every customer once per draw."""


@dataclass(frozen=True)
class BgNbdDraws:
    """Draws of (r, alpha, a, b), shape (4, draws), of BG/NBD or MBG/NBD."""

    params: Floats
    is_modified: bool

    @property
    def draws(self) -> int:
        """How many parameter sets."""
        return int(self.params.shape[1])

    def purchases(self, histories: Histories, horizon: Floats | float, rng: np.random.Generator) -> Events:
        """Exact simulation of the purchases within the horizon, without an event loop.

        Given alive, lambda ~ Gamma(r + x, alpha + T) and p ~ Beta(a, b + x) (b + 1 for MBG/NBD). The first purchase
        comes after a Lomax time, inverted from the one random number that also decides on life; given it, the rest are
        Poisson, and the customer makes at most as many as a geometric number allows.
        """
        x, age = histories.frequency[:, None], histories.age[:, None]
        until = np.broadcast_to(horizon, len(histories))
        alive = expit(-log_dead_odds(self.params[:, None, :], self.is_modified, x, histories.recency[:, None], age))
        shape, since = self.params[0] + x, self.params[1] + age
        never = np.exp(shape * np.log(since / (since + until[:, None])))
        uniform = rng.random(alive.shape)
        row, draw = np.nonzero(uniform < alive * (1.0 - never))
        uniform, shape, since = (values[row, draw] for values in (uniform / alive, shape, since))
        until = until[row]
        first = np.clip(since * np.expm1(-np.log1p(-uniform) / shape), 0.0, until)
        rate = rng.standard_gamma(shape + 1.0) / (since + first)
        others = rng.poisson(rate * (until - first))
        more = np.flatnonzero(others)
        a, b = self.params[2:, draw[more]]
        leaving = rng.beta(a, b + (1.0 if self.is_modified else 0.0) + histories.frequency[row[more]])
        patience = rng.standard_exponential(len(more))
        with np.errstate(divide="ignore", over="ignore"):  # p of 0: allowed without limit
            allowed = np.floor(patience / -np.log1p(-np.minimum(leaving, 1.0 - 1e-16)))
        kept = np.minimum(others[more], allowed).astype(np.int64)
        fraction = _first_order_statistics(kept, others[more], rng)
        buyer = np.repeat(more, kept)
        time = first[buyer] + fraction * (until - first)[buyer]
        every = np.arange(len(row))
        return Events(row, draw, np.r_[every, buyer], np.r_[first, time])


def _first_order_statistics(kept: Ints, of: Ints, rng: np.random.Generator) -> Floats:
    """For each pair, the `kept` smallest of `of` uniform numbers, as one array.

    Sorted uniforms are partial sums of exponentials over their total (Renyi). Where all are kept, any order will do.
    """
    uniform = rng.random(int(kept.sum()))
    pair = np.repeat(np.arange(len(kept)), kept)
    cut = kept < of
    chosen = cut[pair]
    gaps = -np.log1p(-uniform[chosen])
    sums = np.cumsum(gaps)
    lengths = kept[cut]
    starts = np.cumsum(lengths) - lengths
    before = np.r_[0.0, sums][starts]
    rest = rng.standard_gamma(of[cut] + 1.0 - lengths)
    totals = np.r_[0.0, sums][starts + lengths] - before + rest
    uniform[chosen] = (sums - np.repeat(before, lengths)) / np.repeat(totals, lengths)
    return uniform


@dataclass(frozen=True)
class MixedPoissonDraws:
    """A baseline and draws of the factor on its level, shape (draws,)."""

    baseline: CohortAverage | OwnRate
    level: Floats

    @property
    def draws(self) -> int:
        """How many levels."""
        return len(self.level)

    def purchases(self, histories: Histories, horizon: Floats | float, rng: np.random.Generator) -> Events:
        """Gamma-Poisson counts, spread over the horizon as the baseline expects them."""
        expected = self.baseline.expected_if_alive(np.atleast_1d(horizon), histories.frequency, histories.age)
        shape = self.baseline.spread(histories.frequency)[:, None]
        factor = rng.standard_gamma(np.broadcast_to(shape, (len(histories), self.draws))) / shape
        counts = rng.poisson(expected * factor * self.level)
        row, draw = np.nonzero(counts)
        buyer = np.repeat(np.arange(len(row)), counts[row, draw])
        customer = row[buyer]
        reached = rng.random(len(buyer)) * expected[customer, 0]
        time = self.baseline.time_until(reached, histories.frequency[customer], histories.age[customer])
        return Events(row, draw, buyer, np.clip(time, 0.0, horizon))


def draw_baseline(baseline: CohortAverage | OwnRate, draws: int, rng: np.random.Generator) -> MixedPoissonDraws:
    """Draws of a baseline: log-normal levels of mean 1."""
    sd = baseline.level_sd
    return MixedPoissonDraws(baseline, np.exp(sd * rng.standard_normal(draws) - sd**2 / 2))


@dataclass(frozen=True)
class ShrunkenCohortDraws:
    """Simulates new customers from their first purchase on, and keeps what they buy after today's age."""

    model: BgNbdDraws

    @property
    def draws(self) -> int:
        """How many parameter sets."""
        return self.model.draws

    def purchases(self, histories: Histories, horizon: Floats | float, rng: np.random.Generator) -> Events:
        """Purchases within the horizon, given the age alone."""
        nothing = np.zeros(len(histories))
        new = replace(histories, frequency=nothing, recency=nothing, age=nothing)
        events = self.model.purchases(new, histories.age + horizon, rng)
        time = events.time - histories.age[events.buyer_row[events.event_buyer]]
        later = time > 0
        buyers, event_buyer = np.unique(events.event_buyer[later], return_inverse=True)
        return Events(events.buyer_row[buyers], events.buyer_draw[buyers], event_buyer, time[later])
