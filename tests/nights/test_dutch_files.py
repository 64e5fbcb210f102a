"""A real night of a Dutch shop: monthly files that overlap, one compressed, amounts and days as Excel writes them.

Worked out by hand: A is 1,234.50 with 214.25 of tax, net 1,020.25, of which 20.25 came back on 20 February. B is 12.50
with 2.17, net 10.33; January and February both have it, alike. C is 24.20 with 4.20, net 20.
"""

from __future__ import annotations

import datetime as dt
import gzip
from decimal import Decimal

import openpyxl
import pytest

from tests.support.real_nights import Night, run_night
from tests.support.shops import settings_text

pytestmark = pytest.mark.slow(25)

JANUARY = """sep=;
order_id;placed_at;status;currency;customer_id;total_gross_amount;tax_amount
A;05-01-2024;paid;EUR;anna;€ 1.234,50;€ 214,25
B;31-01-2024;paid;EUR;ben;€ 12,50;€ 2,17
"""
JANUARY_LINES = """order_id;line_id;quantity;net_amount;tax_amount
A;1;1,5;1.020,25;214,25
B;1;1;10,33;2,17
"""
FEBRUARY = """order_id;placed_at;status;currency;customer_id;total_gross_amount;tax_amount
B;31-01-2024;paid;EUR;ben;€ 12,50;€ 2,17
C;14-02-2024;paid;EUR;anna;24,20;4,20
"""
REFUNDS = """refund_id;order_id;refunded_at;net_amount;tax_amount
R1;A;20-02-2024;20,25;4,25
"""


@pytest.fixture(scope="module")
def night(tmp_path_factory: pytest.TempPathFactory) -> Night:
    folder = tmp_path_factory.mktemp("dutch")
    shop = folder / "shop"
    shop.mkdir()
    (shop / "orders_2024-01.csv.gz").write_bytes(gzip.compress(JANUARY.replace("\n", "\r\n").encode()))
    (shop / "order_lines_2024-01.csv").write_text(JANUARY_LINES, encoding="cp1252")
    (shop / "orders_2024-02.csv").write_text(FEBRUARY, encoding="utf-8-sig")
    (shop / "refunds.csv").write_text(REFUNDS)
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    for row in (["order_id", "line_id", "quantity", "net_amount", "tax_amount"], ["B", 1, 1, 10.33, 2.17]):
        sheet.append(row)
    sheet.append(["C", 1, 1, 20, 4.2])
    book.save(shop / "order_lines_2024-02.xlsx")
    text = settings_text("2024-03-01", kind="files", path=str(shop / "*.*"), day_only=True)
    (folder / "bakery.toml").write_text(text)
    done = run_night(folder)
    assert done.code == 0, done.out + done.err
    return done


def test_orders_have_their_own_days_and_money(night: Night) -> None:
    rows = night.query(
        "select order_id, order_date, net_revenue_amount, tax_amount from marts.orders order by order_id"
    )
    assert rows == [
        ("A", dt.date(2024, 1, 5), Decimal("1000.00"), Decimal("210.00")),
        ("B", dt.date(2024, 1, 31), Decimal("10.33"), Decimal("2.17")),
        ("C", dt.date(2024, 2, 14), Decimal("20.00"), Decimal("4.20")),
    ]


def test_the_refund_counts_on_its_own_day(night: Night) -> None:
    rows = night.query(
        "select revenue_date, sum(net_revenue_amount) from marts.revenue_daily group by all "
        "having sum(net_revenue_amount) <> 0 order by 1"
    )
    assert rows == [
        (dt.date(2024, 1, 5), Decimal("1020.25")),
        (dt.date(2024, 1, 31), Decimal("10.33")),
        (dt.date(2024, 2, 14), Decimal("20.00")),
        (dt.date(2024, 2, 20), Decimal("-20.25")),
    ]


def test_what_two_months_have_alike_is_a_repeat_and_nothing_is_left_over(night: Night) -> None:
    repeats = night.query(
        "select table_name, sum(repeated_count) from marts.data_quality where repeated_count > 0 "
        "group by all order by 1"
    )
    assert repeats == [("order_lines", 1), ("orders", 1)]
    assert night.query("select amount from marts.reconciliation where step = 'residual'") == [(Decimal(0),)]
