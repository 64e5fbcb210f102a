"""How a shop writes amounts, dates and days: what a column leaves no doubt about, and what the settings say."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pydantic import ValidationError

from pipelines.errors import SourceError
from pipelines.sources.files import Files
from tests.sources import deliveries
from tests.sources.deliveries import opened
from tests.support.builders import line, order
from tests.support.shops import AS_OF, START, make_settings, write_shop

NOON = "2024-01-10 12:00:00"


def open_shop(folder: Path, tables: dict[str, list[dict[str, Any]]], **source: Any) -> Files:
    settings = make_settings(folder, source={"kind": "files", "path": folder / "shop", **source})
    write_shop(folder / "shop", **tables)
    return opened(Files(settings))


def amounts(folder: Path, *written: str, column: str = "net_amount", **source: Any) -> list[str]:
    """What a column of `order_lines` comes to, as the shop writes it."""
    lines = [line("A1", f"{number:03}") | {column: text} for number, text in enumerate(written)]
    shop = open_shop(folder, {"orders": [order("A1", NOON, total="1")], "order_lines": lines}, **source)
    rows = deliveries.read_all(shop, START, AS_OF)["order_lines"]
    found = [row[column] for row in sorted(rows, key=lambda row: row["line_id"])]
    return [f"{amount.normalize():f}" if isinstance(amount, Decimal) else amount for amount in found]


def instants(folder: Path, *written: str, column: str = "placed_at", **source: Any) -> list[str]:
    """What a column of `orders` comes to, as the shop writes it; instants of UTC as text."""
    ids = [f"A{number}" for number, _ in enumerate(written)]
    orders = [order(one, NOON) | {column: text} for one, text in zip(ids, written, strict=True)]
    shop = open_shop(folder, {"orders": orders, "order_lines": [line(one) for one in ids]}, **source)
    rows = deliveries.read_all(shop, START, AS_OF)["orders"]
    return [f"{row[column]:%Y-%m-%d %H:%M:%S}" for row in sorted(rows, key=lambda row: row["order_id"])]


# Amounts


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (["12,50", "1.234,50", "0"], ["12.5", "1234.5", "0"]),
        (["12,50", "3.540", "1.234.567"], ["12.5", "3540", "1234567"]),
        (["12,5", "1540"], ["12.5", "1540"]),
        (["0,125"], ["0.125"]),
        (["12.50", "1,234.50"], ["12.5", "1234.5"]),
        (["12.50", "1,234"], ["12.5", "1234"]),
        (["€ 12,50", "€ 1.234,50", "-€ 3,00", "€ -2,00"], ["12.5", "1234.5", "-3", "-2"]),
        (["12,50 €", "1.234,50\u00a0EUR", "€\u00a07,25", "€7,25"], ["12.5", "1234.5", "7.25", "7.25"]),
        (["EUR 12.50", "EUR 100"], ["12.5", "100"]),
    ],
)
def test_a_column_says_itself_how_it_is_written(tmp_path, written, expected):
    assert amounts(tmp_path, *written) == expected


@pytest.mark.parametrize(
    ("written", "example", "small", "large", "point_is", "comma_is"),
    [
        (["1,234"], "1,234", "1.234", "1234", "1234", "1.234"),
        # Digits without a group prove nothing of a comma: a column without a setting has had a point so far.
        (["1,234", "1540"], "1,234", "1.234", "1234", "1234", "1.234"),
        (["€ 3.540", "€ 12"], "3.540", "3.54", "3540", "3.54", "3540"),
    ],
)
def test_amounts_with_two_readings_are_refused_with_both(tmp_path, written, example, small, large, point_is, comma_is):
    with pytest.raises(SourceError) as caught:
        amounts(tmp_path, *written)

    assert str(caught.value) == (
        f"{tmp_path}/shop/order_lines.csv: column net_amount: {example} may be {small} or {large}, and every other "
        f'value of this column leaves it open too. Add decimal_mark = "." to [source] if it is {point_is}, or '
        f'decimal_mark = "," if it is {comma_is}.'
    )


@pytest.mark.parametrize(
    ("written", "message"),
    [
        (
            ["12,50", "13,50", "14.50"],
            "row 4, column net_amount: '14.50' is not an amount. Most of this column has a decimal comma: write 1234,5 "
            "or 1.234,5.",
        ),
        (
            ["12.50", "13.50", "14,50"],
            "row 4, column net_amount: '14,50' is not an amount. Most of this column has a decimal point: write 1234.5 "
            "or 1,234.5.",
        ),
    ],
)
def test_a_value_written_otherwise_than_its_column_is_named(tmp_path, written, message):
    with pytest.raises(SourceError) as caught:
        amounts(tmp_path, *written)

    assert str(caught.value) == f"{tmp_path}/shop/order_lines.csv: {message}"


@pytest.mark.parametrize(
    ("source", "written", "expected"),
    [
        ({"decimal_mark": ",", "thousands": " "}, ["1 234,50", "1\u00a0234 567,5"], ["1234.5", "1234567.5"]),
        ({"decimal_mark": ".", "thousands": "'"}, ["1'234.50", "12"], ["1234.5", "12"]),
        ({"currency_sign": "kr."}, ["12,50 kr.", "1.234,50 kr."], ["12.5", "1234.5"]),
        ({"decimal_mark": ","}, ["€ 3.540"], ["3540"]),
    ],
)
def test_the_settings_say_how_amounts_are_written(tmp_path, source, written, expected):
    assert amounts(tmp_path, *written, **source) == expected


def test_a_rate_has_no_thousands(tmp_path):
    assert amounts(tmp_path, "0,21", "1,234", column="tax_rate") == ["0.21", "1.234"]
    assert amounts(tmp_path, "1,234", column="tax_rate") == ["1.234"]
    assert amounts(tmp_path, "1.234", column="tax_rate") == ["1.234"]


def test_a_sign_of_another_currency_is_no_part_of_an_amount(tmp_path):
    with pytest.raises(SourceError, match=r"'\$ 12' is not an amount.*; EUR or € may stand before or after it"):
        amounts(tmp_path, "$ 12")


def workbook(path: Path, **sheets: list[list[Any]]) -> None:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    path.parent.mkdir(parents=True, exist_ok=True)
    book.save(path)


LINES = ["order_id", "line_id", "quantity", "net_amount"]


def lines_in_a_workbook(folder: Path, *cells: Any, **source: Any) -> list[str]:
    shop = open_shop(folder, {"orders": [order("A1", NOON, total="1")]}, **source)
    rows = [["A1", str(number), 1, cell] for number, cell in enumerate(cells)]
    workbook(folder / "shop" / "order_lines.xlsx", lines=[LINES, *rows])
    found = deliveries.read_all(shop, START, AS_OF)["order_lines"]
    return [f"{row['net_amount'].normalize():f}" for row in sorted(found, key=lambda row: row["line_id"])]


def test_a_number_in_a_workbook_has_a_point_whatever_the_shop_writes(tmp_path):
    assert lines_in_a_workbook(tmp_path, 3.54, 1.234, 12) == ["3.54", "1.234", "12"]
    assert lines_in_a_workbook(tmp_path, 3.54, 1.234, 12, decimal_mark=",") == ["3.54", "1.234", "12"]


def test_a_number_among_texts_of_a_workbook_is_never_taken_for_thousands(tmp_path):
    assert lines_in_a_workbook(tmp_path, 1.234, "12.50") == ["1.234", "12.5"]
    with pytest.raises(SourceError, match=r"row 2, column net_amount: '1\.2340' is not an amount"):
        lines_in_a_workbook(tmp_path, 1.234, "12,50", decimal_mark=",")


# Dates


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (["05-01-2024 12:00", "31-01-2024 9:05:30"], ["2024-01-05 11:00:00", "2024-01-31 08:05:30"]),
        (["1/5/2024 2:05 PM", "1/31/2024 12:00 AM"], ["2024-01-05 13:05:00", "2024-01-30 23:00:00"]),
        (["05.01.2024 12:00", "31.01.2024 12:00"], ["2024-01-05 11:00:00", "2024-01-31 11:00:00"]),
        (["31-01-2024 12:00", "2024-02-05 12:00"], ["2024-01-31 11:00:00", "2024-02-05 11:00:00"]),
    ],
)
def test_a_column_says_itself_how_its_dates_are_written(tmp_path, written, expected):
    assert instants(tmp_path, *written) == expected


def test_dates_with_two_readings_are_refused_with_both(tmp_path):
    with pytest.raises(SourceError) as caught:
        instants(tmp_path, "05-03-2024 12:00", "06-02-2024 12:00")

    assert str(caught.value) == (
        f"{tmp_path}/shop/orders.csv: column placed_at: 05-03-2024 may be 5 March 2024 or 3 May 2024, and every other "
        'value of this column leaves it open too. Add date_format = "%d-%m-%Y" to [source] if it is 5 March 2024, or '
        'date_format = "%m-%d-%Y" if it is 3 May 2024.'
    )


def test_dates_that_contradict_each_other_are_refused(tmp_path):
    with pytest.raises(SourceError, match="in some dates of this column only the first number can be the day, in oth"):
        instants(tmp_path, "13-01-2024 12:00", "01-14-2024 12:00")


def test_one_such_date_among_iso_dates_is_a_wrong_value(tmp_path):
    with pytest.raises(SourceError, match=r"row 3, column placed_at: '05-01-2024 12:00' is not an instant"):
        instants(tmp_path, NOON, "05-01-2024 12:00")


@pytest.mark.parametrize(
    ("date_format", "written", "expected"),
    [
        ("%d-%m-%Y", "05-01-2024 12:00", "2024-01-05 11:00:00"),
        ("%m-%d-%Y", "01-05-2024 12:00", "2024-01-05 11:00:00"),
        ("%d-%m-%y", "05-01-24 12:00", "2024-01-05 11:00:00"),
        ("%b %d, %Y %I:%M:%S %p", "Jan 3, 2024 9:12:05 AM", "2024-01-03 08:12:05"),
        ("%d-%m-%Y", "2024-01-05 12:00", "2024-01-05 11:00:00"),
        ("%d-%m-%Y", "2024-01-05T12:00:00+02:00", "2024-01-05 10:00:00"),
    ],
)
def test_the_settings_say_how_dates_are_written(tmp_path, date_format, written, expected):
    assert instants(tmp_path, written, date_format=date_format) == [expected]


def test_a_date_column_is_read_likewise(tmp_path):
    products = [{"product_id": str(day), "cost_valid_from": f"{day:02}-01-2024"} for day in (5, 31)]
    tables = {"orders": [order("A1", NOON)], "order_lines": [line("A1")], "products": products}

    rows = deliveries.read_all(open_shop(tmp_path, tables), START, AS_OF)["products"]

    assert [row["cost_valid_from"] for row in rows] == [dt.date(2024, 1, 31), dt.date(2024, 1, 5)]


@pytest.mark.parametrize("zone", ["local", "utc"])
@pytest.mark.parametrize("written", ["2024-01-31", "31-01-2024"])
def test_a_day_alone_is_the_beginning_of_the_shops_day(tmp_path, written, zone):
    found = instants(tmp_path, written, "2024-01-11", day_only=True, naive_instants=zone)

    assert found == ["2024-01-30 23:00:00", "2024-01-10 23:00:00"]


def test_a_day_alone_needs_the_setting(tmp_path):
    with pytest.raises(SourceError, match=r"'31-01-2024' is not an instant.* add day_only = true to"):
        instants(tmp_path, "31-01-2024")


def test_a_day_column_of_parquet_is_a_day_alone(tmp_path):
    source = open_shop(tmp_path, {"order_lines": [line("A1")]}, day_only=True)
    row = order("A1", NOON, total=10) | {"placed_at": dt.date(2024, 1, 10)}
    pq.write_table(pa.table({name: [value] for name, value in row.items()}), tmp_path / "shop" / "orders.parquet")

    (found,) = deliveries.read_all(source, START, AS_OF)["orders"]

    assert (found["order_date"], found["placed_at"]) == (dt.date(2024, 1, 10), dt.datetime(2024, 1, 9, 23))


def test_a_day_alone_in_summer_begins_at_midnight_of_summer_time(tmp_path):
    shop = {"start_date": dt.date(2023, 1, 1)}
    section = {"kind": "files", "path": tmp_path / "shop", "day_only": True}
    settings = make_settings(tmp_path, source=section, shop=shop)
    write_shop(tmp_path / "shop", orders=[order("A", NOON) | {"placed_at": "2023-07-01"}], order_lines=[line("A")])
    source = opened(Files(settings))

    (found,) = deliveries.read_all(source, dt.date(2023, 1, 1), AS_OF)["orders"]

    assert (found["order_date"], found["placed_at"]) == (dt.date(2023, 7, 1), dt.datetime(2023, 6, 30, 22))
    assert source.warnings == []


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ({"date_format": "dd-mm-yyyy"}, "must name day, month and year, as in %d-%m-%Y"),
        ({"date_format": "%d-%m"}, "must name day, month and year"),
        ({"thousands": "'"}, "needs decimal_mark, and another sign than that"),
        ({"decimal_mark": ",", "thousands": ","}, "needs decimal_mark, and another sign"),
        ({"currency_sign": "12"}, "must be a sign or a word"),
        ({"currency_sign": " "}, "must be a sign or a word"),
    ],
)
def test_wrong_settings_are_refused(tmp_path, source, message):
    with pytest.raises(ValidationError, match=message):
        open_shop(tmp_path, {}, **source)
