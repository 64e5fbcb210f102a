"""What the recorded WooCommerce shop does not have: refunds and lines put together by hand, worked out by hand."""

from __future__ import annotations

from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from pipelines.errors import SourceError
from pipelines.sources.woocommerce import tally
from pipelines.sources.woocommerce.reading import Orders
from pipelines.sources.woocommerce.rules import rows_of
from pipelines.sources.woocommerce.statuses import StatusTable

ZONE = ZoneInfo("Europe/Amsterdam")
VAT = {"rate_id": 1, "rate_code": "NL-BTW 21%-1", "compound": False, "rate_percent": 21}
ON_TOP = {"rate_id": 2, "rate_code": "CA-QC-QST-2", "compound": True, "rate_percent": 9.975}
EVERYWHERE = {"rate_id": 3, "rate_code": "BTW LAAG-1", "compound": False, "rate_percent": 5.5}


def line(number, total, tax="0.00", subtotal=None, rates=(1,), **columns):
    return {
        **{"id": number, "name": "Mug", "product_id": 7, "variation_id": 0, "sku": "MUG", "quantity": 1},
        **{"total": total, "total_tax": tax, "subtotal": subtotal or total, "meta_data": []},
        "taxes": [{"id": rate, "total": tax} for rate in rates],
        **columns,
    }


def order(lines, total, tax, shipping="0.00", fees=(), refunds=(), rates=(VAT,), **columns):
    return {
        **{
            "id": 1,
            "number": "1",
            "status": "completed",
            "currency": "EUR",
            "customer_id": 0,
            "created_via": "checkout",
        },
        **{"date_created_gmt": "2026-05-01T10:00:00", "date_modified_gmt": "2026-05-01T10:00:00"},
        **{"date_created": "2026-05-01T12:00:00", "date_paid_gmt": None, "date_completed_gmt": None},
        **{"total": total, "total_tax": tax, "shipping_total": shipping, "discount_total": "0.00"},
        **{"billing": {"email": "", "country": "NL"}, "shipping": {"country": ""}, "prices_include_tax": True},
        **{"line_items": list(lines), "fee_lines": list(fees), "coupon_lines": []},
        "tax_lines": [{**rate, "tax_total": "0.00", "shipping_tax_total": "0.00"} for rate in rates],
        "refunds": [{"id": refund["id"], "total": f"-{refund['amount']}"} for refund in refunds],
        **columns,
    }


def refund(amount, lines=(), shipping=(), fees=()):
    return {
        **{"id": 9, "parent_id": 1, "date_created_gmt": "2026-05-03T10:00:00", "amount": amount, "reason": ""},
        **{"line_items": list(lines), "shipping_lines": list(shipping), "fee_lines": list(fees)},
    }


def back(of, total, tax="0.00", **columns):
    meta = [{"key": "_refunded_item_id", "value": str(of)}]
    return {"id": 100 + of, "total": total, "total_tax": tax, "quantity": -1, "meta_data": meta, **columns}


SOLD = [line(1, "100.00", "21.00"), line(2, "50.00", "10.50")]
FEE = line(3, "4.00", "0.84")
# 150.00 of goods, 4.00 of fee, 5.00 of shipping, and 33.39 of tax.
WHOLE = {"total": "192.39", "tax": "33.39", "shipping": "5.00", "fees": [FEE]}

# What a refund of that order is, as (kind, line, net, shipping, tax) by row.
REFUNDS = {
    "a line, and goodwill beside it": (
        refund("70.50", [back(2, "-50.00", "-10.50")]),
        [("line", "2", "50.00", "0", "10.50"), ("amount", None, "10.00", None, None)],
    ),
    "a part by its amount": (refund("10.00"), [("amount", None, "10.00", None, None)]),
    "all of it by its amount": (
        refund("192.39"),
        [("amount", None, "150.00", "5.00", "32.55"), ("line", "3", "4.00", None, "0.84")],
    ),
    "a cent less than its lines, each rounded by itself": (
        refund("181.49", [back(1, "-100.00", "-21.00"), back(2, "-50.00", "-10.50")]),
        [("line", "1", "99.99", "0", "21.00"), ("line", "2", "50.00", "0", "10.50")],
    ),
    "a line less a discount that is taken back": (
        refund("48.40", [back(2, "-50.00", "-10.50")], fees=[back(3, "10.00", "2.10")]),
        [("amount", None, "40.00", None, "8.40")],
    ),
    "nothing at all": (refund("0.00"), [("amount", None, "0.00", None, None)]),
}


@pytest.mark.parametrize("what", REFUNDS)
def test_a_refund_is_split_as_far_as_it_says_and_counted_alike(what):
    given, expected = REFUNDS[what]
    sold = order(SOLD, refunds=[given], **WHOLE)
    tables = rows_of(sold, [given], StatusTable({}), ZONE)
    columns = ("kind", "line_id", "net_amount", "shipping_net_amount", "tax_amount")
    numbers = [
        (kind, line_id, *(None if amount is None else Decimal(amount) for amount in amounts))
        for kind, line_id, *amounts in expected
    ]
    assert [tuple(row.get(name) for name in columns) for row in tables["refunds"]] == numbers
    # Another arithmetic: what the shop lists, less what it gave back.
    (day,) = tally.by_day(Orders({1: sold}, {}, {1: [given]}), [], ZONE).values()
    net = sum(row["net_amount"] + row.get("shipping_net_amount", 0) for row in tables["refunds"])
    assert day.row_count == len(tables["order_lines"]) + len(tables["refunds"])
    assert day.amount == Decimal("159.00") - net


def test_an_amount_set_above_the_list_price_is_no_negative_discount():
    (row,) = rows_of(order([line(1, "12.00", subtotal="10.00")], "12.00", "0.00"), [], StatusTable({}), ZONE)[
        "order_lines"
    ]
    assert (row["list_net_amount"], row["discount_net_amount"], row["net_amount"]) == (12, 0, 12)


@pytest.mark.parametrize(
    ("rates", "expected"), [((1,), "0.21"), ((1, 3), "0.265"), ((1, 2), None), ((), None), ((8,), None)]
)
def test_a_line_has_the_sum_of_its_rates_unless_one_lies_on_top_of_another(rates, expected):
    sold = order([line(1, "10.00", "2.10", rates=rates)], "12.10", "2.10", rates=(VAT, ON_TOP, EVERYWHERE))
    tables = rows_of(sold, [], StatusTable({}), ZONE)
    assert tables["order_lines"][0]["tax_rate"] == (None if expected is None else Decimal(expected))
    assert [(row["tax_rate"], row["country"]) for row in tables["tax_lines"]] == [
        (Decimal("0.21"), "NL"),
        (Decimal("0.09975"), "CA"),
        (Decimal("0.055"), None),
    ]


def test_what_is_no_amount_is_an_error_that_names_it():
    with pytest.raises(SourceError, match="total = '12,50' in row 1, which is no amount"):
        rows_of(order([line(1, "12,50")], "12.50", "0.00"), [], StatusTable({}), ZONE)


@pytest.mark.parametrize(
    ("order_columns", "overrides", "expected"),
    [
        ({"status": "on-hold"}, {}, "authorised"),
        ({"status": "cancelled"}, {}, "cancelled"),
        ({"status": "cancelled", "date_paid_gmt": "2026-05-01T10:00:00"}, {}, "failed"),
        ({"status": "cancelled", "refunds": [{"id": 9, "amount": "1.00"}]}, {}, "failed"),
        (
            {"status": "cancelled", "refunds": [{"id": 9, "amount": "1.00"}]},
            {"cancelled_paid": "cancelled"},
            "cancelled",
        ),
        ({"status": "deposit-paid"}, {"deposit-paid": "authorised"}, "authorised"),
        ({"status": "paid"}, {}, "unknown: paid"),
    ],
)
def test_a_status_means_what_the_table_says(order_columns, overrides, expected):
    sold = order([line(1, "10.00")], "10.00", "0.00", **order_columns)
    assert StatusTable(overrides).of(sold) == expected
