"""The ladder from gross sales to contribution, by hand."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from tests.support.builders import cost, line, order, payment, refund
from tests.support.dbt_models import make_models
from tests.support.raw_shop import make_raw, rows

if TYPE_CHECKING:
    from pathlib import Path

DAY, LATER = dt.date(2024, 3, 1), dt.date(2024, 3, 5)

COSTLY = {
    "orders": [
        order("sold", shipping_net_amount=5),
        order("unknown", "2024-03-03", "bert"),
        order("test", is_test=True),
    ],
    "order_lines": [
        line("sold", quantity=2, net=100, unit_cost_amount=40),
        line("unknown", net=10),
        line("test", net=10, unit_cost_amount=4),
    ],
    "refunds": [refund("back", "2024-03-05", "sold", line_id="1", quantity=1, net=50, is_restocked=True)],
}
COSTS = {
    "payments": [
        payment("sold", amount=105, fee_amount=Decimal("1.5")),
    ],
    "order_costs": [
        cost("sold", kind, Decimal(amount), booked_at=at)
        for kind, amount, at in [
            ("shipping", "3", None),
            ("fulfilment", "2", None),
            ("packaging", "1", None),
            ("commission", "6", None),
            ("return_handling", "4", "2024-03-05 12:00:00"),
            ("chargeback_fee", "0.5", None),
            ("service", "0.25", None),
        ]
    ]
    + [cost("test", amount=9)],
}


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    warehouse = make_raw(tmp_path_factory.mktemp("costly"), **COSTLY, **COSTS)
    make_models(warehouse, "margin_ladder", "revenue_bridge", "revenue_daily", "customer_lifetime_value")
    return warehouse


LADDER = (
    "gross_amount, discount_amount, refunded_amount, net_revenue_amount, cost_of_goods_amount, gross_margin_amount, "
    "shipping_amount, payment_fee_amount, shipping_cost_amount, commission_amount, return_handling_amount, "
    "service_cost_amount, contribution_amount, cost_coverage_rate, is_cost_complete"
)


def test_the_ladder_goes_down_from_gross_sales_to_contribution(shop: Path) -> None:
    def rungs(*amounts: str) -> tuple[Decimal, ...]:
        return tuple(Decimal(amount) for amount in amounts)

    sold = rungs("100", "0", "0", "100", "80", "20", "5", "1.5", "6", "6", "0.5", "0.25", "10.75", "1")
    unknown = rungs("10", "0", "0", "10", "0", "10", "0", "0", "0", "0", "0", "0", "10", "0")
    back = rungs("0", "0", "50", "-50", "-40", "-10", "0", "0", "0", "0", "4", "0", "-14")
    assert rows(shop, f"select revenue_date, {LADDER} from marts.margin_ladder order by revenue_date") == [
        (DAY, *sold, True),
        (dt.date(2024, 3, 3), *unknown, False),
        (LATER, *back, None, True),
    ]


def test_a_customers_contribution_is_that_of_the_orders(shop: Path) -> None:
    found = rows(
        shop,
        "select customer_id, net_revenue_amount, cost_amount, contribution_amount, cost_coverage_rate, "
        "is_cost_complete from marts.customer_lifetime_value order by customer_id",
    )
    assert found == [
        ("anna", 50, Decimal("58.25"), Decimal("-3.25"), 1, True),
        ("bert", 10, 0, 10, 0, False),
    ]


def test_a_cost_never_moves_revenue(shop: Path, tmp_path: Path) -> None:
    free = [{**row, "unit_cost_amount": None} for row in COSTLY["order_lines"]]
    without = make_raw(tmp_path, COSTLY["orders"], free, COSTLY["refunds"])
    make_models(without, "revenue_daily", "revenue_bridge")
    for mart in ("revenue_daily", "revenue_bridge"):
        query = f"select * from marts.{mart} order by all"
        assert rows(without, query) == rows(shop, query), mart
