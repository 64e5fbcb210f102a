"""Refunds that shops tell badly: by a status alone, or dated where the shop's history is not."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from tests.support.builders import line, order
from tests.support.real_nights import Night, deliver

pytestmark = [pytest.mark.needs_dbt, pytest.mark.slow(60)]

ORDERS = [
    order(
        *("WB", "2024-02-04", "b"),
        **{"updated_at": "2024-02-10 12:00:00", "status": "refunded"},
        **{"total": "423.50", "tax_amount": "73.50", "shipping_net_amount": 50},
    ),
    order("WC", "2024-02-05", "c", total=300, status="partially_refunded", updated_at="2024-02-11 12:00:00"),
]
LINES = [line("WB", net=300, tax_amount=63), line("WC", net=300)]


@pytest.fixture(scope="module")
def night(tmp_path_factory: pytest.TempPathFactory) -> Night:
    """Both shops in one."""
    folder = tmp_path_factory.mktemp("refunds")
    return deliver(folder, "2024-03-01", start_date=dt.date(2024, 1, 1), orders=ORDERS, order_lines=LINES)


def test_an_order_refunded_by_status_alone_is_given_back_on_the_day_of_its_last_change(night: Night) -> None:
    assert night.query(
        "select net_revenue_amount, refunded_amount, shipping_amount, tax_amount, has_untold_refund "
        "from marts.orders where order_id = 'WB'"
    ) == [(0, 300, 0, 0, False)]
    assert night.query(
        "select event_kind, event_date, amount, is_refund_day_known from marts.revenue_events "
        "where refund_match_status = 'status_only' order by event_kind"
    ) == [
        ("refund", dt.date(2024, 2, 10), -300, False),
        ("refund_shipping", dt.date(2024, 2, 10), -50, False),
        ("refund_tax", dt.date(2024, 2, 10), Decimal("-73.5"), False),
    ]
    assert night.query(
        "select net_revenue_amount, has_untold_refund from marts.customer_lifetime_value where customer_id = 'b'"
    ) == [(0, False)]
    step = "where step = 'refunds known only by status'"
    assert night.query(f"select amount, row_count from marts.reconciliation {step}") == [(-350, 0)]
    assert night.query(f"select revenue_date, amount from marts.revenue_bridge {step}") == [
        (dt.date(2024, 2, 10), -300)
    ]


def test_an_order_refunded_in_part_by_status_alone_is_flagged_and_counted(night: Night) -> None:
    assert night.query("select net_revenue_amount, has_untold_refund from marts.orders where order_id = 'WC'") == [
        (300, True)
    ]
    assert night.query("select has_untold_refund from marts.customer_lifetime_value where customer_id = 'c'") == [
        (True,)
    ]
    assert night.query(
        "select consequence, sum(warned_count) from marts.data_quality "
        "where rule = 'refund_tells_how_much' group by all"
    ) == [("warn", 2)]
    assert "2 orders say that they were refunded, and no refund tells how much" in night.out
    assert "1 count as given back in full: 300.00 EUR" in night.out
    assert "1 keep their 300.00 EUR: net revenue and predictions are too high by what went back" in night.out
