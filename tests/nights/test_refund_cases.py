"""Refunds that shops tell badly: by a status alone, or dated where the shop's history is not."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from tests.support.builders import line, order, payment, refund
from tests.support.real_nights import Night, deliver

pytestmark = [pytest.mark.needs_dbt, pytest.mark.slow(60)]

ORDERS = [
    order(
        *("WB", "2024-02-04", "b"),
        **{"updated_at": "2024-02-10 12:00:00", "status": "refunded"},
        **{"total": "423.50", "tax_amount": "73.50", "shipping_net_amount": 50},
    ),
    order("e0", "2023-11-05", "a", total=10),
    order("f1", "2024-01-02", "f", total=20),
    order("f2", "2024-02-10", "a", total=30),
    order("WC", "2024-02-05", "c", total=300, status="partially_refunded", updated_at="2024-02-11 12:00:00"),
]
LINES = [
    *(line("WB", net=300, tax_amount=63), line("WC", net=300)),
    *(line("e0", net=10), line("f1", net=20), line("f2", net=30)),
]
REFUNDS = [
    refund("r1", "2023-12-30", "f1", 10),
    refund("r2", "2023-12-20", None, 3, customer_id="f"),
    refund("r3", "2024-01-20", "e0", 10),
]
# Of an order before the start, one before it and one after.
PAYMENTS = [
    payment("e0", amount="10.00", paid_at="2023-11-05 12:00:00"),
    payment("e0", amount="2.10", payment_id="2", paid_at="2024-01-20 12:00:00"),
]


@pytest.fixture(scope="module")
def night(tmp_path_factory: pytest.TempPathFactory) -> Night:
    """Both shops in one."""
    folder = tmp_path_factory.mktemp("refunds")
    return deliver(
        *(folder, "2024-03-01"),
        **{"start_date": dt.date(2024, 1, 1), "orders": ORDERS, "order_lines": LINES},
        **{"refunds": REFUNDS, "payments": PAYMENTS},
    )


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
    assert "1 counts as given back in full: 300.00 EUR" in night.out
    assert "1 keeps its 300.00 EUR: net revenue and predictions are too high by what went back" in night.out


def test_a_refund_before_its_order_counts_on_the_day_of_the_order(night: Night) -> None:
    assert night.query(
        "select event_date, amount, is_refund_day_known from marts.revenue_events where refund_id = 'r1'"
    ) == [(dt.date(2024, 1, 2), -10, False)]
    assert night.query(
        "select consequence, sum(warned_count) from marts.data_quality where rule = 'refund_after_order' group by all"
    ) == [("warn", 1)]
    days = "select event_date as day from marts.revenue_events union select revenue_date from marts.revenue_daily"
    assert night.query(f"from ({days}) anti join marts.calendar on day = calendar_date") == []


def test_a_credit_note_before_the_start_is_counted_and_not_read(night: Night) -> None:
    assert night.query("select * from marts.revenue_events where refund_id = 'r2'") == []
    summary = night.out[night.out.index("From the shop's own total") :]
    for left_out in ("1 order of 10.00 EUR", "1 credit note of 3.00 EUR", "2 payments of 12.10 EUR"):
        assert f"  ! Before shop.start_date (2024-01-01), and so not read: {left_out}.\n" in summary


def test_a_refund_of_an_order_before_the_start_is_money_of_its_own_day(night: Night) -> None:
    assert night.query(
        "select event_date, amount, customer_id, refund_match_status from marts.revenue_events where refund_id = 'r3'"
    ) == [(dt.date(2024, 1, 20), -10, None, "before_start")]
    assert night.query("select net_revenue_amount from marts.revenue_daily where revenue_date = date '2024-01-20'") == [
        (-10,)
    ]
    assert night.query(
        "select revenue_date, amount from marts.revenue_bridge where step = 'refunds of orders before the start'"
    ) == [(dt.date(2024, 1, 20), -10)]
    assert night.query(
        "select amount, row_count from marts.reconciliation where step = 'of which: refunds of orders before the start'"
    ) == [(-10, 1)]
    assert night.query("select net_revenue_amount from marts.customer_lifetime_value where customer_id = 'a'") == [
        (30,)
    ]
