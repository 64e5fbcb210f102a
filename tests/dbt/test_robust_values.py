"""What one order, or one digit, must not do to the value of everybody."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.builders import line, order, refund
from tests.support.dbt_models import compiled_sql, make_models
from tests.support.raw_shop import make_raw, rows

if TYPE_CHECKING:
    from pathlib import Path

START = dt.date(2023, 1, 1)
FORMULA = (
    "average_order_value_amount, capped_average_order_value_amount, formula_clv_amount, capped_formula_clv_amount, "
    "has_dominant_order"
)


def shop_of(folder: Path, largest: int, **settings: Any) -> Path:
    """120 customers with three or four orders of 10, 420 in all, of which one is of `largest`."""
    orders, lines = [], []
    for number in range(120):
        day = START + dt.timedelta(days=3 * number)
        for _ in range(3 + number % 2):
            day += dt.timedelta(days=20 + number % 17)
            order_id = f"o{len(orders)}"
            orders.append(order(order_id, day, f"c{number}"))
            lines.append(line(order_id, net=10))
    lines[200]["net_amount"] = largest
    folder.mkdir()
    warehouse = make_raw(folder, orders, lines, shop={"as_of_date": dt.date(2024, 12, 1), **settings})
    make_models(warehouse, "segment_summary", "customer_lifetime_value")
    return warehouse


def test_one_purchase_of_ten_million_does_not_set_the_capped_figures(tmp_path: Path) -> None:
    usual, odd = shop_of(tmp_path / "usual", 10), shop_of(tmp_path / "odd", 10_000_000)
    of_all = f"select {FORMULA} from marts.segment_summary where segmentation = 'all'"
    [(mean, capped_mean, clv, capped_clv, is_dominated)] = rows(usual, of_all)
    assert (mean, capped_mean, is_dominated) == (10, 10, False)
    assert clv == capped_clv > 0
    # 419 × 10 and one of ten million, over 420.
    [(odd_mean, odd_capped_mean, odd_clv, odd_capped_clv, odd_is_dominated)] = rows(odd, of_all)
    assert (odd_mean, odd_capped_mean, odd_is_dominated) == (Decimal("23819.5000"), 10, True)
    assert (round(odd_clv / clv, 2), odd_capped_clv) == (Decimal("2381.95"), clv)
    of_customers = "formula_clv_amount, capped_formula_clv_amount, has_dominant_order"
    customers = rows(odd, f"select distinct {of_customers} from marts.customer_lifetime_value")
    assert customers == [(odd_clv, clv, True)]
    by_tier = f"select distinct {of_customers} from marts.segment_summary where segmentation = 'value_tier'"
    assert rows(odd, by_tier) == [(None, None, None)]


@pytest.mark.parametrize(("largest", "is_dominant"), [(476, False), (477, True)])
def test_an_order_is_dominant_from_a_tenth_of_the_revenue_on(tmp_path: Path, largest: int, is_dominant: bool) -> None:
    """A tenth of 4,190 + 476 is 466.60, and 466 are over the cap; of 4,190 + 477 it is 466.70, and 467 are."""
    warehouse = shop_of(tmp_path / "shop", largest)
    flag = "select has_dominant_order from marts.segment_summary where segmentation = 'all'"
    assert rows(warehouse, flag) == [(is_dominant,)]


def test_a_median_is_rounded_not_cut(tmp_path: Path) -> None:
    """Of two orders the mean, whose fifth decimal is a 5, is rounded away from zero like every other amount."""
    orders = [order(f"{name}{number}", f"2024-03-0{number}", name) for name in ("up", "down") for number in (1, 2)]
    lines = [line("up1", net="1.0001"), line("up2", net="1.0002"), line("down1", net=1), line("down2", net=1)]
    refunds = [
        refund(f"r{number}", "2024-03-03", f"down{number}", net=f"2.000{number}", line_id="1") for number in (1, 2)
    ]
    warehouse = make_raw(tmp_path, orders, lines, refunds)
    make_models(warehouse, "people")
    medians = rows(warehouse, "select median_order_value_amount from core.people order by 1")
    assert medians == [(Decimal("-1.0002"),), (Decimal("1.0002"),)]


def test_no_median_of_amounts_is_duckdbs_own() -> None:
    cutting = re.compile(r"\b(?:median|quantile_cont|percentile_cont)\s*\([^)]*amount")
    assert [name for name, sql in compiled_sql().items() if cutting.search(sql)] == []
