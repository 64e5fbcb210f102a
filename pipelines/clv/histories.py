"""Turns purchase days into what the models read.

The letters are those of the papers, and this is where they are explained: x, *frequency*, is the number of repeat
purchase days (the first one is not a repeat); t_x, *recency*, is the time from the first to the last purchase day; T,
*age*, is the time from the first purchase day to the last known day. t_x = 0 where x = 0, and always t_x <= T.

A purchase day counts once, however many orders it holds: to the models, two orders on one day are one purchase.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

DAYS_PER_WEEK = 7.0
DAYS_PER_MONTH = 365.25 / 12.0
WEEKS_PER_YEAR = 365.25 / DAYS_PER_WEEK


@dataclass(frozen=True)
class PurchaseDays:
    """Purchase days, sorted by customer and day, each pair once.

    Attributes:
        customer: Customer number, 0 .. customer_count - 1, shape (rows,).
        day: Day number, any origin, shape (rows,).
        value: Net value in shop currency, >= 0, shape (rows,).
        customer_count: Number of customers.
    """

    customer: Ints
    day: Ints
    value: Floats
    customer_count: int

    def before(self, day: int) -> tuple[PurchaseDays, Ints]:
        """What was known before a day: the earlier purchase days, of the customers who had any.

        Args:
            day: First day that is not known yet.

        Returns:
            The purchase days with customers renumbered, and the old number of each, shape (customers then,).
        """
        known = self.day < day
        numbers, renumbered = np.unique(self.customer[known], return_inverse=True)
        days = PurchaseDays(renumbered.astype(np.int64), self.day[known], self.value[known], len(numbers))
        return days, numbers

    def of(self, customers: Ints) -> PurchaseDays:
        """The purchase days of the given customers (ascending numbers), renumbered 0, 1, ... in that order."""
        new_number = np.full(self.customer_count, -1, dtype=np.int64)
        new_number[customers] = np.arange(len(customers))
        keep = new_number[self.customer] >= 0
        return PurchaseDays(new_number[self.customer[keep]], self.day[keep], self.value[keep], len(customers))

    def repeat_ages(self) -> Floats:
        """Weeks from the customer's first purchase day to each repeat purchase, shape (rows - customers,)."""
        is_first = np.r_[True, np.diff(self.customer) != 0][: len(self.customer)]
        first_day = np.maximum.accumulate(np.where(is_first, np.arange(len(self.day)), 0))
        return np.asarray((self.day - self.day[first_day])[~is_first] / DAYS_PER_WEEK)

    def gaps(self) -> Floats:
        """Weeks between neighbouring purchase days of the same customer, shape (rows - customers,)."""
        return np.asarray(np.diff(self.day)[np.diff(self.customer) == 0] / DAYS_PER_WEEK)

    def between(self, first_day: int, end_day: int) -> tuple[Floats, Floats]:
        """Purchases and their value per customer in the days first_day <= day < end_day.

        Args:
            first_day: First day that counts.
            end_day: First day that does not count any more.

        Returns:
            Number of purchase days and sum of values (shop currency), each of shape (customer_count,).
        """
        inside = (self.day >= first_day) & (self.day < end_day)
        customer = self.customer[inside]
        counts = np.bincount(customer, minlength=self.customer_count).astype(np.float64)
        values = np.bincount(customer, weights=self.value[inside], minlength=self.customer_count)
        return counts, values.astype(np.float64)


@dataclass(frozen=True)
class Histories:
    """One row per customer: what is known of the past. Times share one unit (the pipeline uses weeks).

    Attributes:
        frequency: x, repeat purchase days, shape (n,).
        recency: t_x, first to last purchase day, shape (n,).
        age: T, first purchase day to the last known day, shape (n,).
        spend_count: Purchase days whose value the spend model reads, shape (n,).
        spend_mean: Their mean value in shop currency, 0 where there are none, shape (n,).
    """

    frequency: Floats
    recency: Floats
    age: Floats
    spend_count: Floats
    spend_mean: Floats

    def __len__(self) -> int:
        return len(self.frequency)

    def take(self, rows: Ints | slice) -> Histories:
        """The given rows, in the given order."""
        return Histories(
            self.frequency[rows], self.recency[rows], self.age[rows], self.spend_count[rows], self.spend_mean[rows]
        )

    def canonical_order(self) -> Ints:
        """Row numbers sorted by content, so that nothing depends on how customers were numbered; shape (n,)."""
        return np.lexsort((self.spend_mean, self.spend_count, self.age, self.recency, self.frequency)).astype(np.int64)


def merge_days(
    customer: Ints, day: Ints, value: Floats, customer_count: int, as_of_day: int, count_zero_value: bool
) -> PurchaseDays:
    """Merge order rows into one row per customer and purchase day.

    A day counts as a purchase if its net value is positive. A customer without any such day (everything refunded) keeps
    all order days, at value 0: that person did buy, and belongs in the count model.

    Args:
        customer: Customer number 0 .. customer_count - 1, in any order, shape (rows,).
        day: Day number, shape (rows,). Rows on or after as_of_day are not known yet and are left out.
        value: Net value of the day in shop currency, shape (rows,).
        customer_count: Number of customers.
        as_of_day: First day that is not known.
        count_zero_value: Whether a day of net value exactly 0 is a purchase too (free goods that were ordered).

    Returns:
        The purchase days.

    Raises:
        ValueError: A value is not finite, a customer number is out of range, or a customer has no row before as_of_day.
    """
    if not np.isfinite(value).all():
        raise ValueError(f"The net value of row {int(np.flatnonzero(~np.isfinite(value))[0])} is not a finite number")
    if len(customer) and (customer.min() < 0 or customer.max() >= customer_count):
        raise ValueError(
            f"Customer numbers must be 0 .. {customer_count - 1}, but they are {customer.min()} .. {customer.max()}"
        )
    known = day < as_of_day
    customer, day, value = customer[known], day[known], value[known]
    # Sorted by value too, so that the sum over a day has the same last digit whatever order its rows came in.
    order = np.lexsort((value, day, customer))
    customer, day, value = customer[order], day[order], value[order]
    starts = np.flatnonzero(np.r_[True, (np.diff(customer) != 0) | (np.diff(day) != 0)][: len(customer)])
    if len(starts):
        customer, day, value = customer[starts], day[starts], np.add.reduceat(value, starts)
    seen = np.bincount(customer, minlength=customer_count) > 0
    if not seen.all():
        raise ValueError(
            f"{int((~seen).sum())} customers have no order day before {as_of_day}; the first is customer "
            f"{int(np.flatnonzero(~seen)[0])}. Leave customers without orders out."
        )
    is_purchase = value >= 0 if count_zero_value else value > 0
    has_purchase = np.bincount(customer, weights=is_purchase, minlength=customer_count) > 0
    keep = is_purchase | ~has_purchase[customer]
    return PurchaseDays(customer[keep], day[keep], np.maximum(value[keep], 0.0), customer_count)


def summarise(purchases: PurchaseDays, as_of_day: int, first_counts: bool) -> Histories:
    """Frequency, recency and age in weeks, and the mean value, of each customer.

    Age runs to the last known day, as_of_day - 1, as in Fader, Hardie and Lee (2005): x, t_x and T of the CDNOW data
    come out as published.

    Args:
        purchases: Purchase days, all before as_of_day, at least one per customer.
        as_of_day: First day that is not known.
        first_counts: Whether the first purchase's value enters spend_count and spend_mean, or repeat purchases only.

    Returns:
        One row per customer, shape (customer_count,), times in weeks.
    """
    if purchases.customer_count == 0:
        nothing = np.empty(0)
        return Histories(nothing, nothing, nothing, nothing, nothing)
    customer, day = purchases.customer, purchases.day
    starts = np.flatnonzero(np.r_[True, np.diff(customer) != 0])
    ends = np.r_[starts[1:], len(customer)] - 1
    first_day = day[starts]
    frequency = (ends - starts).astype(np.float64)
    spend_count = frequency + 1.0 if first_counts else frequency
    counted_value = purchases.value.copy()
    if not first_counts:
        counted_value[starts] = 0.0
    spend_sum = np.add.reduceat(counted_value, starts)
    return Histories(
        frequency=frequency,
        recency=(day[ends] - first_day) / DAYS_PER_WEEK,
        age=(as_of_day - 1 - first_day) / DAYS_PER_WEEK,
        spend_count=spend_count,
        spend_mean=spend_sum / np.maximum(spend_count, 1.0),
    )
