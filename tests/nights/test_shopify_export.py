"""A real night of a shop that only has Shopify's export of its orders, against amounts worked out by hand.

#1001 is 127.05 with 22.05 of tax (21 %): 120 of goods less 20 by a code, and 5 of shipping; 60.50 went back, of which
10.50 are tax. #1002 is 72.60 with tax on top: 50 of goods and 10 of shipping. #1003 was given back whole: 10 of goods
and 5 of shipping. #1004 was never paid. #1005 is half in a file that is missing.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from tests.sources.test_shopify_export import WITH_TAX, WITHOUT_TAX, first, write
from tests.support.real_nights import Night, run_night
from tests.support.shops import settings_text

pytestmark = pytest.mark.slow(40)

MORE = (
    first(
        *(1003, "2024-01-20", "12.10 6.05 3.15 18.15", "1 Cup 12.10"),
        Financial_Status="refunded",
        Refunded_Amount="18.15",
        Email="buyer1001@example.com",
    ),
    first(1004, "2024-02-01", "10 0 0 10", Financial_Status="voided"),
    first(1005, "2024-02-02", "20 0 0 20"),
)


@pytest.fixture(scope="module")
def night(tmp_path_factory: pytest.TempPathFactory) -> Night:
    folder = tmp_path_factory.mktemp("shopify")
    # The second file begins in the middle of an order, and the third has January once more.
    (folder / "shop").mkdir()
    write(folder, "orders_export_1.csv", WITH_TAX[0])
    write(folder, "orders_export_2.csv", WITH_TAX[1], *WITHOUT_TAX, *MORE)
    write(folder, "orders_export_january.csv", *WITH_TAX)
    text = settings_text("2024-03-01", kind="export", layout="shopify", path=str(folder / "shop"))
    (folder / "bakery.toml").write_text(text)
    done = run_night(folder)
    assert done.code == 0, done.out + done.err
    return done


def test_orders_have_their_net_revenue_and_one_that_lacks_lines_is_kept_back(night: Night) -> None:
    rows = night.query(
        "select order_id, order_date, round(net_revenue_amount, 2), round(shipping_amount, 2) from marts.orders "
        "where is_in_revenue order by order_id"
    )
    assert rows == [
        ("551001", dt.date(2024, 1, 10), Decimal("50.00"), Decimal("5.00")),
        ("551002", dt.date(2024, 1, 11), Decimal("50.00"), Decimal("10.00")),
        ("551003", dt.date(2024, 1, 20), Decimal("0.00"), Decimal("0.00")),
    ]
    (kept_back,) = night.query("select sum(quarantined_count) from marts.data_quality where rule = 'order_adds_up'")
    assert kept_back == (1,)


def test_a_buyer_is_an_address_and_a_refund_has_no_day_of_its_own(night: Night) -> None:
    # Those of #1001 and #1003, of #1002, and of #1004, who never paid.
    assert night.query("select count(*) from marts.customers") == [(3,)]
    rows = night.query(
        "select source_order_id, event_date, is_refund_day_known from marts.revenue_events "
        "where refund_id is not null order by all"
    )
    assert {row[2] for row in rows} == {False}
    assert {row[:2] for row in rows} == {("551001", dt.date(2024, 1, 10)), ("551003", dt.date(2024, 1, 20))}


def test_the_night_says_what_the_export_cannot(night: Night) -> None:
    assert "since the export does not say when money went back: 2." in night.out
    assert "by an e-mail address alone, since the export names no accounts: 5." in night.out


def test_nothing_is_left_over(night: Night) -> None:
    assert night.query("select amount from marts.reconciliation where step = 'residual'") == [(Decimal(0),)]
