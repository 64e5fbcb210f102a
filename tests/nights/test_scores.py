"""Real nights of shops in which most customers are equal: nobody is called lost for that."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from tests.support.builders import line, order
from tests.support.real_nights import deliver

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.slow(60)


def test_a_subscription_box_that_bills_on_the_first(tmp_path: Path) -> None:
    """100 customers: 70 paid today for the sixth time, of the others six each stopped after one to five times."""
    bills = [dt.date(2023, 10, 1), dt.date(2023, 11, 1), dt.date(2023, 12, 1)]
    bills += [dt.date(2024, 1, 1), dt.date(2024, 2, 1), dt.date(2024, 3, 1)]
    paid = [(f"c{number}", day) for number in range(100) for day in bills[: 6 if number < 70 else number % 5 + 1]]
    orders = [order(f"{customer}-{day}", day, customer) for customer, day in paid]
    lines = [line(f"{customer}-{day}", net=30) for customer, day in paid]

    night = deliver(tmp_path, "2024-03-02", start_date=bills[0], orders=orders, order_lines=lines)

    # Six each have the places 0 to 6 of 100, so 3, and so on to 27; the 70 have 65, which is in the fourth fifth. All
    # first gaps are of 31 days, so who is silent for 29 is not late.
    assert night.query(
        "select days_since_last_order, recency_score, frequency_score, monetary_score, rfm_segment, is_within_rhythm, "
        "count(*) from marts.customer_segments group by all order by 1"
    ) == [
        (0, 4, 4, 4, "loyal", True, 70),
        (29, 2, 2, 2, "promising", True, 6),
        (60, 2, 2, 2, "hibernating", False, 6),
        (91, 1, 1, 1, "lost", False, 6),
        (121, 1, 1, 1, "lost", False, 6),
        (152, 1, 1, 1, "lost", False, 6),
    ]
    # BG/NBD predicts, MBG/NBD says who is alive; and no order is larger than another.
    assert night.query(
        "select distinct clv_method, alive_method, is_alive_from_clv_fit, has_dominant_order, "
        "formula_clv_amount = capped_formula_clv_amount from marts.customer_lifetime_value"
    ) == [("bg_nbd", "mbg_nbd", False, False, True)]


def test_the_day_after_the_launch(tmp_path: Path) -> None:
    """150 customers with one equal order each, yesterday: there is nothing to rank by, and all are new."""
    numbers = range(150)
    orders = [order(f"o{number}", "2024-02-29", f"c{number}") for number in numbers]
    lines = [line(f"o{number}") for number in numbers]

    night = deliver(tmp_path, "2024-03-01", orders=orders, order_lines=lines)

    groups = (
        "select recency_score, frequency_score, monetary_score, rfm_segment, not_ranked_reason, value_tier, "
        "lifecycle_stage, count(*) from marts.customer_segments group by all"
    )
    assert night.query(groups) == [(None, None, None, "not_ranked", "equal_recency", "middle", "new", 150)]
    for score in ("recency_score", "frequency_score", "monetary_score"):
        segments = f"select segment, customer_count from marts.segment_summary where segmentation = '{score}'"
        assert night.query(segments) == [("not_ranked", 150)]
