"""The amount by which cohorts are followed and customers ranked is the shop's choice; no other column moves with it."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from tests.support.builders import line, order, refund
from tests.support.dbt_models import failing_tests, make_models, remake
from tests.support.raw_shop import change, make_raw, rows

if TYPE_CHECKING:
    from pathlib import Path

WEIGHED = ("cohort_money", "monthly_cohorts", "rolling_cohorts", "value_groups", "revenue_concentration")
WEIGHED += ("rfm_measures", "rfm_scores")
# Anna's goods cost 30 and their parcel 8, a fifth of what she had paid went back later; bert's cost nothing.
ORDERS = [order("A", shipping_net_amount=5), order("B", customer_id="bert")]
ORDER_LINES = [
    line("A", net=90, list_net_amount=100, discount_net_amount=10, unit_cost_amount=30, tax_amount=20),
    line("B", net=60, unit_cost_amount=0),
]
REFUNDS = [refund("R", "2024-09-01", "A", line_id="1", net=18, tax_amount=4)]
PARCEL = [{"order_id": "A", "cost_id": "1", "kind": "shipping", "amount": 8}]

ANNA = {"gross": 100, "net": 72, "net_and_shipping": 77, "total": 93, "gross_margin": 42, "contribution": 39}
BERT = 60


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = make_raw(tmp_path_factory.mktemp("basis"), ORDERS, ORDER_LINES, REFUNDS, order_costs=PARCEL)
    make_models(path, *WEIGHED)
    return path


@pytest.mark.parametrize("basis", ANNA)
def test_marts_weigh_customers_by_what_the_shop_chose(warehouse: Path, basis: str) -> None:
    settings = ", ".join(f"{name}_basis = '{basis}'" for name in ("cohort", "rfm", "concentration"))
    change(warehouse, f"update raw.shop set {settings}")
    remake(warehouse, *WEIGHED)
    assert failing_tests(warehouse, *WEIGHED) == []

    anna, total = Decimal(ANNA[basis]), Decimal(ANNA[basis] + BERT)
    for mart, number in (("monthly_cohorts", "month_number"), ("rolling_cohorts", "period_number")):
        cells = f"select revenue_basis, basis_amount, net_revenue_amount from marts.{mart} where {number} = 0"
        assert rows(warehouse, cells) == [(basis, total, 132)]
        end = f"select max(cumulative_basis_amount), max(cumulative_basis_per_customer_amount) from marts.{mart}"
        assert rows(warehouse, end) == [(total, total / 2)]
    best = ("anna", anna, Decimal(72)) if anna > BERT else ("bert", Decimal(BERT), Decimal(BERT))
    top = (
        "select revenue_basis, basis_amount, net_revenue_amount, top_basis_amount, top_net_revenue_amount "
        "from marts.revenue_concentration where population = 'all' and top_customer_rate = 0.5"
    )
    assert rows(warehouse, top) == [(basis, total, 132, *best[1:])]
    first = "select customer_id, basis_amount from core.value_groups where value_position = 1"
    assert rows(warehouse, first) == [best[:2]]
    scores = "select window_scored_amount, window_net_revenue_amount from core.rfm_scores where customer_id = 'anna'"
    assert rows(warehouse, scores) == [(anna, 72)]
    better = "select arg_max(customer_id, monetary_score) from core.rfm_scores"
    assert rows(warehouse, better) == [(best[0],)]
