"""An order that its status alone calls refunded, where the shop chooses to wait for the refund."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from tests.support.builders import line, order, refund
from tests.support.nights import query, run_night
from tests.support.shops import make_settings, write_shop

if TYPE_CHECKING:
    from pathlib import Path

    from pipelines.settings import Settings

pytestmark = [pytest.mark.needs_dbt, pytest.mark.slow(15)]

ORDERS = [
    order("told", "2024-02-04", "b", status="refunded", shipping_net_amount=5),
    order("untold", "2024-02-05", "c", status="refunded", shipping_net_amount=7),
    order("kept", "2024-02-06", "d"),
]
LINES = [line("told", net=20), line("untold", net=30), line("untold", "2", net=10), line("kept", net=40)]
TOLD = refund("r1", "2024-02-10", "told", 20, shipping_net_amount=5)


def steps(settings: Settings) -> dict[str, tuple[Decimal, int]]:
    found = query(settings, "select step, amount, row_count from marts.reconciliation where step_kind <> 'memo'")
    return {step: (amount, row_count) for step, amount, row_count in found}


def test_an_order_whose_refund_is_awaited_is_kept_back_and_counted_until_it_comes(tmp_path: Path) -> None:
    settings = make_settings(tmp_path, definitions={"refunded_without_refund": "quarantine"})
    write_shop(tmp_path / "shop", orders=ORDERS, order_lines=LINES, refunds=[TOLD])

    run_night(settings)

    assert query(settings, "select order_id, net_revenue_amount from marts.orders order by all") == [
        ("kept", 40),
        ("told", 0),
    ]
    # 100 of lines and 12 of shipping less 25 that went back: of these, 47 of two lines are kept back.
    found = steps(settings)
    assert found["source total"] == (87, 5)
    assert found["quarantined"] == (-47, -2)
    assert found["accepted"] == (40, 3)
    assert found["residual"] == (0, 0)
    assert query(
        settings,
        "select consequence, sum(quarantined_count) from marts.data_quality "
        "where rule = 'refunded_has_refund' group by all",
    ) == [("quarantine", 1)]

    awaited = refund("r2", "2024-02-11", "untold", 40, shipping_net_amount=7)
    write_shop(tmp_path / "shop", orders=ORDERS, order_lines=LINES, refunds=[TOLD, awaited])
    run_night(settings)

    found = steps(settings)
    assert (found["source total"], found["accepted"]) == ((40, 6), (40, 6))
    assert (found["quarantined"], found["residual"]) == ((0, 0), (0, 0))
