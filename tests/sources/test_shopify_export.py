"""Shopify's export of orders, in its own columns, against amounts worked out by hand."""

from __future__ import annotations

import csv
import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from pipelines.errors import SourceError
from pipelines.sources.export import Export
from tests.sources import deliveries
from tests.sources.deliveries import by_key, opened, require_complete
from tests.support.shops import AS_OF, START, make_settings

# The columns of the real file that are read, and some of those that are not.
COLUMNS = [
    *("Name", "Email", "Financial Status", "Paid at", "Fulfillment Status", "Fulfilled at", "Accepts Marketing"),
    *("Currency", "Subtotal", "Shipping", "Taxes", "Total", "Discount Code", "Discount Amount", "Shipping Method"),
    *("Created at", "Lineitem quantity", "Lineitem name", "Lineitem price", "Lineitem sku", "Lineitem taxable"),
    *("Billing Country", "Shipping Zip", "Shipping Country", "Cancelled at", "Refunded Amount", "Id", "Tags"),
    *("Source", "Lineitem discount", "Tax 1 Name", "Tax 1 Value", "Tax 2 Name", "Tax 2 Value"),
]


def first(number: int, day: str, money: str, goods: str = "1 Cup 10", **columns: str) -> dict[str, str]:
    """An order's first row; `money` is subtotal, shipping, taxes and total."""
    names = ("Subtotal", "Shipping", "Taxes", "Total")
    known = {
        "Id": f"55{number}",
        "Email": f"buyer{number}@example.com",
        "Financial Status": "paid",
        "Currency": "EUR",
        "Shipping Country": "NL",
        "Source": "web",
        **dict(zip(names, money.split(), strict=True)),
    }
    return {**known, **row(number, day, goods), **{name.replace("_", " "): text for name, text in columns.items()}}


def row(number: int, day: str, goods: str, **columns: str) -> dict[str, str]:
    """A row with a line alone: `goods` is quantity, name and price."""
    quantity, name, price = goods.split()
    line = {"Lineitem quantity": quantity, "Lineitem name": name, "Lineitem price": price, "Lineitem taxable": "true"}
    place = {"Name": f"#{number}", "Created at": f"{day} 10:00:00 +0100"}
    return {**place, **line, **{name.replace("_", " "): text for name, text in columns.items()}}


WITH_TAX = [
    # 145.20 less 24.20 by a code, and 6.05 of shipping: 127.05, of which 21/121 are tax. 60.50 went back.
    first(
        *(1001, "2024-01-10", "121.00 6.05 22.05 127.05", "2 Cup 60.50"),
        Financial_Status="partially_refunded",
        Refunded_Amount="60.50",
        Discount_Code="TEN",
        Discount_Amount="24.20",
        Shipping_Zip="'1234AB",
    ),
    row(1001, "2024-01-10", "1 Plate 24.20"),
]
WITHOUT_TAX = [first(1002, "2024-01-11", "50.00 10.00 12.60 72.60", "1 Bowl 55", Lineitem_discount="5.00")]


def write(folder: Path, name: str, *rows: dict[str, str]) -> None:
    path = folder / "shop" / name
    path.parent.mkdir(exist_ok=True)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(rows)


def export(folder: Path, *rows: dict[str, str], **source: Any) -> Export:
    if rows:
        write(folder, "orders_export.csv", *rows)
    section = {"kind": "export", "layout": "shopify", "path": folder / "shop", **source}
    return opened(Export(make_settings(folder, source=section)))


def tables(source: Export) -> dict[str, list[dict[str, Any]]]:
    return deliveries.read_all(source, START, AS_OF)


def rounded(row: dict[str, Any], *names: str) -> list[str]:
    return [f"{row[name]:.2f}" for name in names]


def test_prices_with_tax_are_delivered_without_it(tmp_path):
    found = tables(export(tmp_path, *WITH_TAX))

    (order,) = found["orders"]
    money = ("total_gross_amount", "tax_amount", "shipping_net_amount", "undistributed_discount_net_amount")
    assert rounded(order, *money) == ["127.05", "22.05", "5.00", "20.00"]
    assert (order["order_id"], order["order_number"], order["status"]) == ("551001", "#1001", "partially_refunded")
    assert (order["placed_at"], order["order_date"]) == (dt.datetime(2024, 1, 10, 9), dt.date(2024, 1, 10))
    assert (order["customer_id"], order["customer_email"]) == (None, "buyer1001@example.com")
    assert (order["country"], order["sales_channel"], order["discount_codes"]) == ("NL", "web", "TEN")
    assert order["prices_include_tax"] is True
    lines = by_key(found["order_lines"], "line_id")
    assert rounded(lines["1"], "net_amount", "quantity") == ["100.00", "2.00"]
    assert rounded(lines["2"], "net_amount", "quantity") == ["20.00", "1.00"]
    # After the discount of a sixth, tax is 17.50 and 3.50; the shipping has the other 1.05.
    assert rounded(lines["1"], "tax_amount") + rounded(lines["2"], "tax_amount") == ["17.50", "3.50"]


def test_prices_without_tax_stay_as_they_are(tmp_path):
    found = tables(export(tmp_path, *WITHOUT_TAX))

    (order,), (line,) = found["orders"], found["order_lines"]
    money = ("total_gross_amount", "tax_amount", "shipping_net_amount", "undistributed_discount_net_amount")
    assert rounded(order, *money) == ["72.60", "12.60", "10.00", "0.00"]
    assert rounded(line, "net_amount", "discount_net_amount", "tax_amount") == ["50.00", "5.00", "10.50"]
    assert order["prices_include_tax"] is False


def test_a_line_that_is_not_taxed_keeps_its_price(tmp_path):
    """60.50 with 10.50 of tax, and a book of 10 without."""
    rows = [
        first(1003, "2024-01-12", "70.50 0 10.50 70.50", "1 Cup 60.50"),
        row(1003, "2024-01-12", "1 Book 10", Lineitem_taxable="false"),
    ]

    lines = by_key(tables(export(tmp_path, *rows))["order_lines"], "line_id")

    assert rounded(lines["1"], "net_amount", "tax_amount") == ["50.00", "10.50"]
    assert rounded(lines["2"], "net_amount", "tax_amount") == ["10.00", "0.00"]


def test_what_was_refunded_has_no_day_and_its_tax_is_that_of_the_order(tmp_path):
    """Of 127.05 with 22.05 of tax, 60.50 are 50 and 10.50. A refund of everything has the shipping as shipping."""
    whole = first(
        *(1004, "2024-01-13", "12.10 6.05 3.15 18.15", "1 Cup 12.10"),
        Financial_Status="refunded",
        Refunded_Amount="18.15",
    )

    found = by_key(tables(export(tmp_path, *WITH_TAX, whole))["refunds"], "order_id")

    money = ("net_amount", "tax_amount", "shipping_net_amount")
    assert rounded(found["551001"], *money) == ["50.00", "10.50", "0.00"]
    assert rounded(found["551004"], *money) == ["10.00", "3.15", "5.00"]
    assert {(row["is_date_known"], row["kind"]) for row in found.values()} == {(False, "amount")}


@pytest.mark.parametrize(
    ("written", "cancelled_at", "status"),
    [
        ("paid", "", "paid"),
        ("pending", "", "pending"),
        ("authorized", "", "authorised"),
        ("partially_paid", "", "pending"),
        ("voided", "", "cancelled"),
        ("expired", "", "expired"),
        ("refunded", "2024-01-20 10:00:00 +0100", "refunded"),
        ("pending", "2024-01-20 10:00:00 +0100", "cancelled"),
        ("paid", "2024-01-20 10:00:00 +0100", "paid"),
        ("on_hold", "", "on_hold"),
    ],
)
def test_statuses_are_the_contracts_and_an_unknown_one_stays_for_validation(tmp_path, written, cancelled_at, status):
    found = tables(
        export(tmp_path, first(1, "2024-01-10", "10 0 0 10", Financial_Status=written, Cancelled_at=cancelled_at))
    )

    assert (found["orders"][0]["status"], found["orders"][0]["status_raw"]) == (status, written)


def test_what_the_export_cannot_say_is_counted(tmp_path):
    two_rates = first(5, "2024-01-14", "10 0 1.50 10", Tax_1_Name="VAT 21%", Tax_2_Name="VAT 9%", Email="")
    source = export(tmp_path, *WITH_TAX, two_rates)

    tables(source)

    where = f"{tmp_path}/shop/orders_export.csv"
    said = [text.removeprefix(f"{where}: ") for text in source.warnings if "columns left out" not in text]
    assert said == [
        "orders whose buyer is known by an e-mail address alone, since the export names no accounts: 2.",
        "orders without an e-mail address, whose buyers are unknown: 1.",
        "orders with a refund without a day, since the export does not say when money went back: 1. It counts on the "
        "day of the order.",
        "orders with more than one rate of tax, where the export does not say which line has which: 1. Their tax is "
        "divided by value.",
    ]


def test_the_count_is_complete(tmp_path):
    source = export(tmp_path, *WITH_TAX, *WITHOUT_TAX)

    count, amount = require_complete(source, START, AS_OF)["read"]

    # Three lines and a refund; 120 - 20 + 5 - 50 and 50 + 10.
    assert (count, round(amount, 2)) == (4, Decimal("115.00"))


# Several files


def test_an_order_cut_in_two_files_is_whole(tmp_path):
    write(tmp_path, "orders_export_1.csv", WITH_TAX[0])
    write(tmp_path, "orders_export_2.csv", WITH_TAX[1], *WITHOUT_TAX)

    source = export(tmp_path)

    assert [len(tables(source)[name]) for name in ("orders", "order_lines")] == [2, 3]
    assert tables(source)["order_lines"] == tables(export(tmp_path, *WITH_TAX, *WITHOUT_TAX))["order_lines"]


def test_an_order_in_two_files_is_one_and_an_article_twice_in_one_order_is_two(tmp_path):
    twice = [first(6, "2024-01-15", "20 0 0 20", "1 Cup 10"), row(6, "2024-01-15", "1 Cup 10")]
    write(tmp_path, "january.csv", *twice)
    write(tmp_path, "year.csv", *twice, *WITHOUT_TAX)

    found = tables(export(tmp_path))

    assert [len(found[name]) for name in ("orders", "order_lines")] == [2, 3]


def test_two_versions_of_an_order_are_delivered_for_validation_to_judge(tmp_path):
    changed = first(1002, "2024-01-11", "50.00 10.00 12.60 72.60", "1 Bowl 55", Lineitem_discount="5.00", Tags="vip")
    write(tmp_path, "january.csv", *WITHOUT_TAX)
    write(tmp_path, "year.csv", changed)

    found = tables(export(tmp_path))

    assert [row["order_id"] for row in found["orders"]] == ["551002", "551002"]
    assert len(found["order_lines"]) == 1


def test_lines_without_the_beginning_of_their_order_are_named(tmp_path):
    source = export(tmp_path, WITH_TAX[1], *WITHOUT_TAX)

    found = tables(source)

    assert [row["order_id"] for row in found["orders"]] == ["551002"]
    assert {row["order_id"] for row in found["order_lines"]} == {"#1001", "551002"}
    assert any("orders with lines and no first row, which has their totals: 1." in text for text in source.warnings)


def test_an_order_whose_other_lines_are_missing_does_not_add_up(tmp_path):
    """Nothing is made of the difference: validation keeps the order back."""
    (order,) = tables(export(tmp_path, first(7, "2024-01-15", "20 0 0 20", "1 Cup 10")))["orders"]

    assert order["undistributed_discount_net_amount"] == 0


# What is refused


def test_another_file_is_no_export(tmp_path):
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "customers.csv").write_text("Name,Email\nAnn,a@example.com\n")

    with pytest.raises(
        SourceError, match=r"customers\.csv: no order export of Shopify: the columns Financial Status, C"
    ):
        tables(export(tmp_path))


def test_an_empty_folder_is_said(tmp_path):
    (tmp_path / "shop").mkdir()

    with pytest.raises(SourceError, match=r"shop: no \.csv or \.csv\.gz or \.xlsx or \.parquet file\. Put the export"):
        tables(export(tmp_path))


def test_all_wrong_values_are_named_at_once(tmp_path):
    wrong = first(8, "2024-01-15", "10 0 none 10", "one Cup 10")

    with pytest.raises(SourceError) as caught:
        tables(export(tmp_path, wrong))

    assert [text.split(" is not ")[0].rpartition("/")[2] for text in str(caught.value).splitlines()] == [
        "orders_export.csv: row 2, column Taxes: 'none'",
        "orders_export.csv: row 2, column Lineitem quantity: 'one'",
    ]
