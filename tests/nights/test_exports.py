"""A shop whose whole export is read each night, without change stamps: real nights, against values worked out by hand.

Between the nights old orders are paid, cancelled, refunded, corrected and deleted, a merge of two accounts is taken
back, an export comes weeks late, and the clock of one night is half a year ahead. In the last export an order is there
in two versions.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.support import nights
from tests.support.builders import line, order, refund
from tests.support.real_nights import deliver, prepare

if TYPE_CHECKING:
    from tests.support.builders import Row
    from tests.support.real_nights import Night

pytestmark = pytest.mark.slow(90)

Tables = dict[str, list[Row]] if TYPE_CHECKING else dict


def with_lines(*orders: Row, **tables: list[Row]) -> Tables:
    """Orders of one line each, worth their total."""
    lines = [line(row["order_id"], net=row["total_gross_amount"]) for row in orders]
    return {"orders": list(orders), "order_lines": lines, **tables}


FIFTH_OF_JUNE = with_lines(
    order("A1", "2024-05-01", "a", total=100, status="pending"),
    order("A2", "2024-05-02", "b", total=50),
    order("A3", "2024-05-03", "c", total=60),
    order("A4", "2024-05-04", "d", total=70),
    order("A5", "2024-05-05", None, total=80, customer_email="x@example.com"),
    order("A6", "2024-05-20", None, total=90, customer_email="y@example.com"),
    order("A9", "2024-05-06", "f", total=40),
    order("B1", "2024-05-02", "b2b", total=500, status="authorised"),
    order("m1", "2024-01-10", "p", total=10),
    order("m2", "2024-02-05", "q", total=20),
    refunds=[refund("r6", "2024-05-25", "A6", line_id="1")],
    customer_aliases=[{"old_customer_id": "q", "surviving_customer_id": "p"}],
)
# The export of the fifth was of the end of May: L1 and A7 had been placed already.
SIXTH_OF_JUNE = with_lines(
    order("A1", "2024-05-01", "a", total=100),
    order("A2", "2024-05-02", "b", total=50, status="cancelled"),
    order("A3", "2024-05-03", "c", total=60),
    order("A5", "2024-05-05", None, total=80, customer_email="y@example.com"),
    order("A6", "2024-05-20", None, total=90, customer_email="y@example.com"),
    order("A9", "2024-05-06", "f", total=45),
    order("L1", "2024-06-01", "g", total=12),
    order("A7", "2024-06-04", "e", total=30),
    order("A8", "2024-06-05", "e", total=35),
    order("B1", "2024-05-02", "b2b", total=500),
    order("m1", "2024-01-10", "p", total=10),
    order("m2", "2024-02-05", "q", total=20),
    refunds=[refund("r6", "2024-05-25", "A6", line_id="1"), refund("r3", "2024-05-10", "A3", 60, line_id="1")],
)
TENTH_OF_JUNE = {
    **SIXTH_OF_JUNE,
    "orders": [
        *SIXTH_OF_JUNE["orders"],
        order("N", "2024-06-08", "n", total=5, status="cancelled", updated_at="2024-06-09 12:00:00"),
        order("N", "2024-06-08", "n", total=5, updated_at="2024-06-09 13:00:00"),
    ],
    "order_lines": [*SIXTH_OF_JUNE["order_lines"], line("N", net=5)],
}
# 100 of A1, 80 each of A5 and A6 (90 less 10), 45, 12, 30, 35, 500, 10, 20. A2 is cancelled, A3 given back, A4 gone.
NET_REVENUE = 100 + 80 + 80 + 45 + 12 + 30 + 35 + 500 + 10 + 20


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("exports")


@pytest.fixture(scope="module")
def late(folder: Path) -> Night:
    return deliver(folder, "2024-06-05", **FIFTH_OF_JUNE)


@pytest.fixture(scope="module")
def sixth(folder: Path, late: Night) -> dict[str, list[tuple[object, ...]]]:
    """What the next night, a Thursday's, published; the file itself is replaced by the nights after it."""
    assert late.code == 0
    night = deliver(folder, "2024-06-06", **SIXTH_OF_JUNE)
    return {
        "out": [(night.out,)],
        "orders": night.query("select order_id, is_valid_order from marts.orders order by order_id"),
        "people": night.query(
            "select list(order_id order by order_id) as orders from marts.orders where customer_id is not null "
            "group by customer_id having count(*) > 1 order by 1"
        ),
        "steps": night.query("select step, amount from marts.reconciliation where step in ('net revenue', 'residual')"),
        "source": night.query("select amount from marts.reconciliation where step = 'source total'"),
    }


@pytest.fixture(scope="module")
def tenth(folder: Path, sixth: dict[str, list[tuple[object, ...]]]) -> Night:
    """After a reading whose clock was half a year ahead."""
    assert sixth
    nights.take_in(prepare(folder, "2024-12-06", **SIXTH_OF_JUNE))
    return deliver(folder, "2024-06-10", **TENTH_OF_JUNE)


def test_an_export_that_is_weeks_old_is_said(late: Night) -> None:
    # A6 is of 20 May. The longest pause in the eight weeks before it is of two weeks, from 6 May on.
    assert "  ! The newest order is of 2024-05-20, 16 days ago: longer than any pause in the eight weeks" in late.out


def test_each_change_is_there_the_night_after(sixth: dict[str, list[tuple[object, ...]]]) -> None:
    invalid = {order_id for order_id, is_valid in sixth["orders"] if not is_valid}
    assert {order_id for order_id, _ in sixth["orders"]} == {row["order_id"] for row in SIXTH_OF_JUNE["orders"]}
    assert invalid == {"A2"}
    assert dict(sixth["steps"]) == {"net revenue": NET_REVENUE, "residual": 0}
    # All that the files hold: A2 and both halves of A3 as well.
    assert sixth["source"] == [(NET_REVENUE + 50,)]


def test_a_corrected_address_joins_two_guests_and_a_merge_taken_back_parts_two_accounts(
    sixth: dict[str, list[tuple[object, ...]]],
) -> None:
    assert sixth["people"] == [(["A5", "A6"],), (["A7", "A8"],)]
    ((out,),) = sixth["out"]
    assert "  ! customer_aliases was delivered before and is not any more: its 1 row is gone." in str(out)


def test_after_a_clock_half_a_year_ahead_and_an_invoice_paid_late_all_is_as_in_a_fresh_build(
    tenth: Night, tmp_path: Path
) -> None:
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "email.key").write_bytes((tenth.home / "email.key").read_bytes())
    assert content(tenth) == nights.run_night(prepare(tmp_path, "2024-06-10", **TENTH_OF_JUNE))
    query = "select is_valid_order, net_revenue_amount from marts.orders where order_id = 'B1'"
    assert tenth.query(query) == [(True, 500)]
    assert re.search(rf"= net revenue +{NET_REVENUE + 5}\.00 ", tenth.out)
    assert re.search(r"residual +0\.00 +0 rows", tenth.out)
    assert tenth.query("select status from marts.orders where order_id = 'N'") == [("paid",)]
    # 12 orders and both versions of N, a line of each of the 13, 2 refunds.
    assert "29 read = 28 accepted + 0 quarantined + 0 exact repeats + 1 superseded\n" in tenth.out


def content(night: Night) -> dict[str, str]:
    manifest = json.loads((night.home / "published" / "manifest.json").read_text())
    return {name: facts["sha256"] for name, facts in manifest["tables"].items()}
