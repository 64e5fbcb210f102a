"""Purchase days to histories, and the merging of equal customers."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.clv.counts.collapse import collapse
from pipelines.clv.histories import merge_days, summarise


def ints(*numbers):
    return np.array(numbers, dtype=np.int64)


def test_frequency_recency_age_and_mean_by_hand():
    #      customer 0: days 0, 7, 21; customer 1: day 14 twice (one occasion); customer 2: day 27, the last known one
    customer, day = ints(0, 0, 0, 1, 1, 2), ints(0, 7, 21, 14, 14, 27)
    value = np.array([10.0, 20.0, 40.0, 3.0, 4.0, 9.0])
    days = merge_days(customer, day, value, 3, as_of_day=28, count_zero_value=False)
    with_first, repeats_only = (summarise(days, 28, first_counts) for first_counts in (True, False))
    assert with_first.frequency.tolist() == [2, 0, 0]
    assert with_first.recency.tolist() == [3, 0, 0]
    assert with_first.age == pytest.approx([27 / 7, 13 / 7, 0])
    assert with_first.spend_count.tolist() == [3, 1, 1]
    assert with_first.spend_mean == pytest.approx([70 / 3, 7, 9])
    assert repeats_only.spend_count.tolist() == [2, 0, 0]
    assert repeats_only.spend_mean.tolist() == [30, 0, 0]


def test_refunded_days_are_no_purchases_unless_there_are_no_others():
    customer, day, value = ints(0, 0, 1, 1, 2), ints(0, 5, 0, 5, 3), np.array([10.0, 0.0, 0.0, -4.0, 0.0])
    days = merge_days(customer, day, value, 3, 10, count_zero_value=False)
    assert list(zip(days.customer, days.day, days.value, strict=True)) == [(0, 0, 10), (1, 0, 0), (1, 5, 0), (2, 3, 0)]
    free_goods = merge_days(customer, day, value, 3, 10, count_zero_value=True)
    assert list(zip(free_goods.customer, free_goods.day, strict=True)) == [(0, 0), (0, 5), (1, 0), (2, 3)]


def test_days_from_as_of_on_are_not_known():
    days = merge_days(ints(0, 0), ints(3, 10), np.array([1.0, 1.0]), 1, as_of_day=10, count_zero_value=False)
    assert days.day.tolist() == [3]


@pytest.mark.parametrize(
    ("customer", "value", "count", "message"),
    [
        (ints(0, 0), [1.0, np.nan], 1, "net value of row 1 is not a finite number"),
        (ints(0, 3), [1.0, 1.0], 2, "Customer numbers must be 0 .. 1, but they are 0 .. 3"),
        (ints(0, 0), [1.0, 1.0], 2, "the first is customer 1"),
    ],
)
def test_impossible_input_is_named(customer, value, count, message):
    with pytest.raises(ValueError, match=message):
        merge_days(customer, ints(0, 1), np.array(value), count, 5, False)


@settings(max_examples=30, deadline=None, derandomize=True)
@given(seed=st.integers(0, 10_000))
def test_order_of_rows_does_not_change_a_bit(seed):
    rng = np.random.default_rng(seed)
    customer, day = np.r_[0:5, rng.integers(0, 5, 40)], np.r_[[0] * 5, rng.integers(0, 12, 40)]
    value = rng.lognormal(size=45)
    shuffle = rng.permutation(45)
    ours = summarise(merge_days(customer, day, value, 5, 12, False), 12, True)
    theirs = summarise(merge_days(customer[shuffle], day[shuffle], value[shuffle], 5, 12, False), 12, True)
    assert ours.spend_mean.tobytes() == theirs.spend_mean.tobytes()
    assert ours.recency.tobytes() == theirs.recency.tobytes()


def test_what_was_known_before_a_day_and_what_came_then():
    days = merge_days(ints(0, 0, 1, 2), ints(0, 9, 6, 3), np.array([1.0, 2.0, 4.0, 8.0]), 3, 10, False)
    known, numbers = days.before(5)
    assert numbers.tolist() == [0, 2]
    assert list(zip(known.customer, known.day, strict=True)) == [(0, 0), (1, 3)]
    counts, values = days.between(5, 9)  # half-open: day 9 does not count
    assert counts.tolist() == [0, 1, 0]
    assert values.tolist() == [0, 4, 0]
    assert days.repeat_ages().tolist() == [9 / 7]
    assert days.of(ints(0, 2)).customer.tolist() == [0, 0, 1]


def test_collapse_merges_equal_customers_and_finds_them_again():
    x, recency, age = np.array([2.0, 0, 2, 0, 2]), np.array([3.0, 0, 3, 0, 1]), np.array([9.0, 5, 9, 5, 9])
    merged, row = collapse(x, recency, age, weight=np.array([1, 1, 2, 0.5, 1]))
    assert merged.weight.tolist() == [1.5, 1, 3]
    assert merged.frequency[row].tolist() == x.tolist()
    assert merged.recency[row].tolist() == recency.tolist()
    assert merged.frequency_values[merged.frequency_index].tolist() == merged.frequency.tolist()
    assert merged.mean_age == pytest.approx((1.5 * 5 + 4 * 9) / 5.5)


@pytest.mark.parametrize("bad", [(1, 5, 3), (0, 1, 3), (-1, 0, 3), (1, 1, np.inf), (np.nan, 0, 3)])
def test_impossible_histories_are_named(bad):
    good = (1.0, 2.0, 3.0)
    columns = [np.array([g, b], dtype=float) for g, b in zip(good, bad, strict=True)]
    with pytest.raises(ValueError, match="1 impossible histories; the first is row 1"):
        collapse(*columns)
