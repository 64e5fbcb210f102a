"""Reference rates of other currencies: a seeded random walk on trading days."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from dataclasses import dataclass
from decimal import Decimal
from math import exp

import numpy as np

_ONE_DAY = dt.timedelta(days=1)
# Euro for one of the other, on the first day.
_FIRST_RATES = {"CHF": 1.01, "GBP": 1.13, "USD": 0.93}
# Half a percent a day is what these pairs do.
_DAILY_SPREAD = 0.005
_CLOSED = {(1, 1), (5, 1), (12, 25), (12, 26)}
# The oldest order needs a rate on or before its day, also when the shop starts on a long weekend.
_DAYS_BEFORE = 10


@dataclass(frozen=True)
class ExchangeRates:
    """Rates by currency, each in the order of days."""

    days: dict[str, list[dt.date]]
    rates: dict[str, list[Decimal]]

    def on(self, currency: str, day: dt.date) -> Decimal:
        """The last rate on or before a day; 1 for the euro."""
        if currency == "EUR":
            return Decimal(1)
        return self.rates[currency][bisect_right(self.days[currency], day) - 1]


def draw_rates(seed: int, start: dt.date, until: dt.date) -> ExchangeRates:
    """Rates from shortly before the shop's start up to, not including, a day."""
    trading = [
        day
        for offset in range((until - start).days + _DAYS_BEFORE)
        if is_trading_day(day := start + (offset - _DAYS_BEFORE) * _ONE_DAY)
    ]
    days: dict[str, list[dt.date]] = {}
    rates: dict[str, list[Decimal]] = {}
    for number, (currency, first) in enumerate(_FIRST_RATES.items()):
        rng = np.random.default_rng((seed, 3, number))
        walk = np.cumsum(rng.standard_normal(len(trading))) * _DAILY_SPREAD
        days[currency] = trading
        # Pulled back a little: a rate that wanders off for ten years is no rate of these currencies.
        rates[currency] = [Decimal(str(round(first * exp(0.15 * np.tanh(step / 0.15)), 6))) for step in walk]
    return ExchangeRates(days, rates)


def is_trading_day(day: dt.date) -> bool:
    """Whether a rate is published."""
    return day.weekday() < 5 and (day.month, day.day) not in _CLOSED
