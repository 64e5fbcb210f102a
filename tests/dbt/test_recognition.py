"""When a sale counts: the bridge, the ladder and the reconciliation of what is delivered or shipped on another day."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from tests.conformance.score import EXAMS
from tests.conformance.warehouse import fill
from tests.support.builders import exchange_rate, line, order, refund
from tests.support.dbt_models import make_models
from tests.support.raw_shop import make_raw, rows

if TYPE_CHECKING:
    from pathlib import Path

DAYS = ("revenue_bridge", "margin_ladder", "revenue_daily", "reconciliation", "orders")

PREPAID: dict[str, Any] = {
    "orders": [
        order("year", "2024-03-01", undistributed_discount_net_amount=20),
        order("dollars", "2024-03-01", "bert", currency="USD"),
        order("given back", "2024-03-01", "carl"),
        order("test", "2024-03-01", is_test=True),
    ],
    "order_lines": [
        line("year", net=140, delivery_count=12),
        line("dollars", net=90, delivery_count=3, delivery_interval="week"),
        line("given back", net=30, delivery_count=3),
        line("test", net=16, delivery_count=2),
    ],
    "refunds": [refund("back", "2024-03-08", "given back", line_id="1", net=30)],
    "exchange_rates": [exchange_rate("USD", Decimal("0.9"), "2024-02-28")],
}

SHIPPED: dict[str, Any] = {
    "orders": [
        order("later", "2024-03-01", fulfilled_at="2024-03-07 23:30:00", shipping_net_amount=5),
        order("dollars", "2024-03-01", "bert", currency="USD", fulfilled_at="2024-03-08 12:00:00"),
        order("at once", "2024-03-01", fulfilled_at="2024-03-01 15:00:00"),
        order("waiting", "2024-03-01", "carl", shipping_net_amount=4),
        order("test", "2024-03-01", is_test=True),
    ],
    "order_lines": [
        line("later", net=40, unit_cost_amount=10, delivery_count=2),
        line("dollars", net=90, unit_cost_amount=30),
        line("at once", net=30, unit_cost_amount=20),
        line("waiting", net=20, unit_cost_amount=5),
        line("test", net=16),
    ],
    "refunds": [refund("back", "2024-03-08", "waiting", line_id="1", net=2)],
    "exchange_rates": [exchange_rate("USD", Decimal("0.9"), "2024-02-28")],
}


@pytest.fixture(scope="module")
def prepaid(tmp_path_factory: pytest.TempPathFactory) -> Path:
    warehouse = make_raw(tmp_path_factory.mktemp("prepaid"), **PREPAID)
    make_models(warehouse, *DAYS)
    return warehouse


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    warehouse = make_raw(tmp_path_factory.mktemp("shipped"), **SHIPPED, shop={"daily_sales_clock": "shipped_day"})
    make_models(warehouse, *DAYS)
    return warehouse


def steps(warehouse: Path, day: str) -> list[tuple[Any, ...]]:
    return rows(
        warehouse,
        f"select step, amount, placed_order_count from marts.revenue_bridge where revenue_date = '{day}' "
        "and step_kind <> 'memo' order by step_number",
    )


def test_the_bridge_says_what_was_paid_for_later_and_what_earlier(prepaid: Path) -> None:
    assert steps(prepaid, "2024-03-01") == [
        ("platform total", 256, 4),
        ("orders not counted: test", -16, 1),
        # 110 of the year, 60 of the dollars, 20 of what came back later.
        ("prepaid deliveries", -190, 3),
        ("currency", -3, 1),
        ("net revenue without marketplaces", 47, 3),
        ("residual", 0, 0),
    ]
    assert steps(prepaid, "2024-03-08") == [
        ("platform total", 0, 0),
        ("refunds of other days", -30, 1),
        ("prepaid deliveries", 50, 2),
        ("currency", -3, 1),
        ("net revenue without marketplaces", 17, 2),
        ("residual", 0, 0),
    ]
    assert rows(prepaid, "select step from marts.revenue_bridge where description is null") == []


def test_the_daily_marts_show_the_cash_and_what_of_it_waits(prepaid: Path) -> None:
    for mart in ("revenue_daily", "margin_ladder"):
        assert rows(
            prepaid,
            "select gross_amount, discount_amount, refunded_amount, deferred_amount, net_revenue_amount "
            f"from marts.{mart} where revenue_date in ('2024-03-01', '2024-03-08', '2024-03-15') order by revenue_date",
        ) == [(251, 20, 0, -184, 47), (0, 0, 30, 47, 17), (0, 0, 0, 27, 27)], mart


def test_the_reconciliation_ends_at_what_was_delivered(prepaid: Path) -> None:
    assert rows(
        prepaid,
        "select step, amount from marts.reconciliation "
        "where (step_kind in ('step', 'end') or step like 'of which: prepaid%') and amount <> 0 or step = 'residual' "
        "order by step_number",
    ) == [
        ("orders not counted: test", -16),
        # Ten of twelve months of 10 since March.
        ("prepaid, not delivered yet", -20),
        ("currency", -9),
        ("net revenue", 181),
        ("residual", 0),
        ("of which: prepaid, not delivered yet", -20),
    ]
    assert rows(prepaid, "select order_id, prepaid_open_amount from marts.orders where prepaid_open_amount <> 0") == [
        ("year", 20)
    ]


def test_the_bridge_says_what_left_on_another_day_and_what_has_not(shipped: Path) -> None:
    assert steps(shipped, "2024-03-01") == [
        ("platform total", 205, 5),
        ("shipping", -9, 2),
        ("orders not counted: test", -16, 1),
        ("not shipped yet", -20, 1),
        ("shipped on another day", -130, 2),
        ("net revenue without marketplaces", 30, 1),
        ("residual", 0, 0),
    ]
    # Of the 40 that left, 20 are for the second delivery.
    assert steps(shipped, "2024-03-08") == [
        ("platform total", 0, 0),
        ("shipped on another day", 130, 2),
        ("refunds of other days", -2, 1),
        ("prepaid deliveries", -20, 1),
        ("currency", -9, 1),
        ("net revenue without marketplaces", 99, 3),
        ("residual", 0, 0),
    ]
    assert [step[:2] for step in steps(shipped, "2024-04-01")][1] == ("prepaid deliveries", 20)
    assert rows(shipped, "select step from marts.revenue_bridge where description is null") == []


def test_what_has_not_left_is_on_no_day_of_the_daily_marts(shipped: Path) -> None:
    assert rows(
        shipped,
        "select revenue_date, order_count, gross_amount, refunded_amount, deferred_amount, shipping_amount, "
        "net_revenue_amount from marts.revenue_daily order by revenue_date",
    ) == [
        (dt.date(2024, 3, 1), 4, 30, 0, 0, 0, 30),
        (dt.date(2024, 3, 8), 0, 121, 2, -20, 5, 99),
        (dt.date(2024, 4, 1), 0, 0, 0, 20, 0, 20),
    ]
    assert rows(
        shipped,
        "select revenue_date, net_revenue_amount, cost_of_goods_amount, contribution_amount from marts.margin_ladder "
        "order by revenue_date",
    ) == [
        (dt.date(2024, 3, 1), 30, 20, 10),
        (dt.date(2024, 3, 8), 99, 40, 64),
        (dt.date(2024, 4, 1), 20, 0, 20),
    ]
    assert rows(shipped, "select sum(net_revenue_amount) from marts.orders") == [(169,)]


@pytest.mark.parametrize("exam", ["defaults", "other_choices"])
def test_every_identity_holds_in_shops_by_chance(exam: str, tmp_path: Path) -> None:
    """dbt's own tests stand on the marts: residuals, ladders, sums of orders and of days."""
    make_models(fill(tmp_path, EXAMS[exam].shop()), *DAYS)
