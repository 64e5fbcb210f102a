"""Random draws, each from a stream of its own, so that nothing drawn for one thing changes another."""

from __future__ import annotations

import datetime as dt
from bisect import bisect
from collections.abc import Sequence
from itertools import accumulate
from typing import TypeVar

import numpy as np

T = TypeVar("T")

# Draws fetched at once: most orders need fewer.
_CHUNK = 48


class Dice:
    """Draws from the stream of one key: the same key gives the same draws, whatever else is drawn."""

    def __init__(self, *key: int) -> None:
        self._rng = np.random.default_rng(key)
        self._drawn: list[float] = []

    def roll(self) -> float:
        """A number from 0 up to 1."""
        if not self._drawn:
            self._drawn = self._rng.random(_CHUNK).tolist()
        return self._drawn.pop()

    def happens(self, probability: float) -> bool:
        """Whether something of this probability happens."""
        return self.roll() < probability

    def between(self, low: float, high: float) -> float:
        """A number from low up to high."""
        return low + (high - low) * self.roll()

    def whole(self, low: int, high: int) -> int:
        """A whole number from low to high, both included."""
        return low + int(self.roll() * (high - low + 1))

    def pick(self, options: Sequence[T], weights: Sequence[float] | None = None) -> T:
        """One of the options, by weight."""
        if weights is None:
            return options[int(self.roll() * len(options))]
        return options[bisect(list(accumulate(weights)), self.roll() * sum(weights), hi=len(options) - 1)]

    def later(self, at: dt.datetime, low_days: float, high_days: float) -> dt.datetime:
        """An instant so many days later, on a whole second."""
        return at + dt.timedelta(seconds=int(self.between(low_days, high_days) * 86_400))

    def gamma(self, shape: float, mean: float) -> float:
        """A gamma variate."""
        return float(self._rng.gamma(shape, mean / shape))

    def beta(self, a: float, b: float) -> float:
        """A beta variate."""
        return float(self._rng.beta(a, b))

    def gap(self, rate: float) -> float:
        """Time to the next event of a Poisson process."""
        return float(self._rng.exponential(1 / rate))
