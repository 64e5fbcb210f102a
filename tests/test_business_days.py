import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from pipelines.business_days import days_between, midnight, stretches


def march(*days):
    return [dt.date(2024, 3, day) for day in days]


def test_a_window_of_days_has_its_start_and_not_its_end():
    assert list(days_between(dt.date(2024, 2, 28), dt.date(2024, 3, 2))) == [
        *(dt.date(2024, 2, 28), dt.date(2024, 2, 29), dt.date(2024, 3, 1))
    ]
    assert list(days_between(*march(5, 5))) == []


@pytest.mark.parametrize(
    ("days", "windows"),
    [
        ([], []),
        ([5], [(5, 6)]),
        ([7, 5, 6], [(5, 8)]),
        ([9, 1, 2, 5], [(1, 3), (5, 6), (9, 10)]),
        ([1, 3, 5], [(1, 2), (3, 4), (5, 6)]),
    ],
)
def test_consecutive_days_are_one_window(days, windows):
    assert list(stretches(set(march(*days)))) == [tuple(march(*window)) for window in windows]


@pytest.mark.parametrize(
    ("zone", "day", "instant"),
    [
        ("Europe/Amsterdam", dt.date(2024, 1, 1), "2023-12-31 23:00"),
        ("Europe/Amsterdam", dt.date(2024, 7, 1), "2024-06-30 22:00"),
        # Clocks change at 2 in the morning: the day begins in winter time and ends in summer time, an hour shorter.
        ("Europe/Amsterdam", dt.date(2024, 3, 31), "2024-03-30 23:00"),
        ("Europe/Amsterdam", dt.date(2024, 4, 1), "2024-03-31 22:00"),
        ("America/New_York", dt.date(2024, 1, 1), "2024-01-01 05:00"),
        # Here clocks change at midnight: it comes twice in autumn, and the day begins with the first.
        ("America/Havana", dt.date(2024, 11, 3), "2024-11-03 04:00"),
    ],
)
def test_a_business_day_begins_at_midnight_in_the_shops_zone(zone, day, instant):
    assert midnight(day, ZoneInfo(zone)) == dt.datetime.fromisoformat(instant)
