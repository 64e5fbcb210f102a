"""Tables in several files, compressed files, workbooks, and what a path may be."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from pydantic import ValidationError

from pipelines.errors import SourceError
from pipelines.sources.files import Files
from tests.sources import deliveries
from tests.sources.deliveries import opened, require_complete
from tests.support.builders import line, order
from tests.support.shops import AS_OF, START, make_settings, write_shop


def shop_at(folder: Path, path: str = "shop", **source: Any) -> Files:
    settings = make_settings(folder, source={"kind": "files", "path": folder / path, "naive_instants": "utc", **source})
    return opened(Files(settings))


def ids(source: Files, table: str = "orders", column: str = "order_id") -> list[str]:
    return [row[column] for row in deliveries.read_all(source, START, AS_OF)[table]]


def rename(folder: Path, **names: str) -> None:
    for table, name in names.items():
        (folder / "shop" / f"{table}.csv").rename(folder / "shop" / name)


def write_month(folder: Path, month: str, *order_ids: str) -> None:
    """The files `orders_<month>.csv` and `order_lines_<month>.csv`."""
    write_shop(
        folder / "shop",
        orders=[order(each, f"{month}-10") for each in order_ids],
        order_lines=[line(each) for each in order_ids],
    )
    rename(folder, orders=f"orders_{month}.csv", order_lines=f"order_lines_{month}.csv")


def test_monthly_files_are_one_table(tmp_path):
    write_month(tmp_path, "2024-01", "A", "B")
    write_month(tmp_path, "2024-02", "C")

    source = shop_at(tmp_path)

    assert ids(source) == ["A", "B", "C"]
    assert len(ids(source, "order_lines")) == 3
    assert require_complete(source, START, AS_OF)["read"] == (3, 30)
    assert source.warnings == []


def test_what_two_files_have_alike_is_delivered_by_both_for_validation_to_count(tmp_path):
    write_month(tmp_path, "2024-01", "A", "B")
    (tmp_path / "shop" / "orders_2024-01 (1).csv").write_bytes((tmp_path / "shop" / "orders_2024-01.csv").read_bytes())

    assert ids(shop_at(tmp_path)) == ["A", "A", "B", "B"]


def test_files_of_one_table_may_differ_in_form(tmp_path):
    write_month(tmp_path, "2024-01", "A")
    write_shop(tmp_path / "shop", orders=[order("B", "2024-02-10", total="10,50")], order_lines=[line("B")])
    rename(tmp_path, orders="orders_2024-02.csv", order_lines="order_lines_2024-02.csv")
    path = tmp_path / "shop" / "orders_2024-02.csv"
    text = path.read_text().replace('"10,50"', "10.50").replace(",", ";")
    path.write_text(f"sep=;\n{text}")

    assert ids(shop_at(tmp_path)) == ["A", "B"]


def test_a_column_is_written_in_one_way_in_all_files(tmp_path):
    write_month(tmp_path, "2024-01", "A")
    for month, text in (("2024-01", "10,5"), ("2024-02", "3.540")):
        write_month(tmp_path, month, month)
        path = tmp_path / "shop" / f"order_lines_{month}.csv"
        path.write_text(f'order_id,line_id,quantity,net_amount\n{month},1,1,"{text}"\n')

    rows = deliveries.read_all(shop_at(tmp_path), START, AS_OF)["order_lines"]

    assert [f"{row['net_amount']:.2f}" for row in rows] == ["10.50", "3540.00"]


def test_wrong_values_and_missing_columns_of_many_files_are_one_sentence_each(tmp_path):
    for month in ("2024-01", "2024-02"):
        write_month(tmp_path, month, month)
        path = tmp_path / "shop" / f"order_lines_{month}.csv"
        path.write_text(f"order_id,line_id,net_amount,mood\n{month},1,ten,fine\n{month},2,1,fine\n")

    source = shop_at(tmp_path)
    with pytest.raises(SourceError) as caught:
        ids(source)

    first = f"{tmp_path}/shop/order_lines_2024-01.csv"
    assert str(caught.value).splitlines() == [
        f"{first} and 1 more file: the column 'quantity' is missing. Add it to the export: Pieces (or kilos, metres) "
        "ordered; never 0. Found: order_id, line_id, net_amount, mood.",
        f"{first}: row 2, column net_amount: 'ten' is not an amount. Write decimals with a point and thousands without "
        "a separator: 1234.5; EUR or € may stand before or after it. 2 values of this column are wrong in 2 files.",
    ]
    assert source.warnings == [
        f"{first} and 1 more file: columns left out, since the contract does not know them: mood."
    ]


def test_a_look_at_the_rest_leaves_out_the_wrong_row_of_its_own_file_only(tmp_path):
    for month in ("2024-01", "2024-02"):
        write_month(tmp_path, month, f"{month}a", f"{month}b")
    path = tmp_path / "shop" / "order_lines_2024-02.csv"
    path.write_text(path.read_text().replace("2024-02a,1,1,10", "2024-02a,1,1,ten"))

    source = shop_at(tmp_path)

    assert len(source.examine()) == 1
    assert ids(source) == ["2024-01a", "2024-01b", "2024-02b"]
    assert ids(source, "order_lines") == ["2024-01a", "2024-01b", "2024-02b"]


def test_files_that_look_like_a_table_and_are_none_are_named(tmp_path):
    write_month(tmp_path, "2024-01", "A")
    (tmp_path / "shop" / "orders_old.csv").write_text("order_id\nX\n")
    (tmp_path / "shop" / "orders_notes.txt").write_text("hello")
    (tmp_path / "shop" / "~$orders.xlsx").write_text("lock")

    source = shop_at(tmp_path)

    assert ids(source) == ["A"]
    assert source.warnings == [
        f"{tmp_path}/shop: not read: orders_old.csv. A file of orders is called orders, or orders_ and a number or a "
        "date, such as orders_2024-01.csv."
    ]


# What a path may be


def test_a_pattern_names_the_files(tmp_path):
    for month in ("2023-12", "2024-01", "2024-02"):
        write_month(tmp_path, month, month)

    assert ids(shop_at(tmp_path, "shop/*_2024-*.csv")) == ["2024-01", "2024-02"]
    assert ids(shop_at(tmp_path, "**/*_2024-02.csv")) == ["2024-02"]


def test_a_pattern_without_a_file_is_refused_with_the_settings(tmp_path):
    with pytest.raises(ValidationError, match=r"no file of this pattern \(.*orders_\*\.csv\)\. Give the path of"):
        shop_at(tmp_path, "shop/orders_*.csv")


def test_a_file_alone_lacks_the_other_tables(tmp_path):
    write_shop(tmp_path / "shop", orders=[order("A", "2024-01-10")], order_lines=[line("A")])

    with pytest.raises(SourceError, match=r"orders\.csv: order_lines\.csv or .* Found: orders\.csv\. Give the folder"):
        ids(shop_at(tmp_path, "shop/orders.csv"))


def test_a_workbook_has_a_worksheet_for_each_table(tmp_path):
    book = openpyxl.Workbook()
    sheets = {
        "Orders": [["order_id", "placed_at", "status", "currency", "total_gross_amount"]],
        "Order lines": [["order_id", "line_id", "quantity", "net_amount"], [1001, 1, 1, 12.5]],
        "Notes": [["hello"]],
    }
    sheets["Orders"].append([1001, "2024-01-10 12:00:00", "paid", "EUR", 12.5])
    book.remove(book.worksheets[0])
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    path = tmp_path / "shop" / "our shop.xlsx"
    path.parent.mkdir()
    book.save(path)

    for place in ("shop/our shop.xlsx", "shop"):
        source = shop_at(tmp_path, place)
        assert ids(source) == ["1001"]
        assert ids(source, "order_lines", "line_id") == ["1"]
        assert source.warnings == []


# Csv files of other programs


def test_compressed_files_are_read(tmp_path):
    write_month(tmp_path, "2024-01", "A")
    for path in list((tmp_path / "shop").iterdir()):
        path.with_name(f"{path.name}.gz").write_bytes(gzip.compress(path.read_bytes()))
        path.unlink()

    assert ids(shop_at(tmp_path)) == ["A"]


@pytest.mark.parametrize("damage", ["cut", "plain", "bits"])
def test_damaged_compressed_files_are_named(tmp_path, damage):
    write_month(tmp_path, "2024-01", *[f"A{n}" for n in range(300)])
    path = tmp_path / "shop" / "orders_2024-01.csv"
    packed = bytearray(gzip.compress(path.read_bytes()))
    if damage == "bits":
        packed[100:140] = b"\x00" * 40
    content = {"cut": packed[:-40], "plain": path.read_bytes(), "bits": packed}[damage]
    path.with_name(f"{path.name}.gz").write_bytes(content)
    path.unlink()

    with pytest.raises(SourceError, match=r"orders_2024-01\.csv\.gz: cannot be unpacked: .* Export or copy it again"):
        ids(shop_at(tmp_path))


@pytest.mark.parametrize("first", ["sep=;", "SEP=;", '"sep=;"', "\ufeffsep=;"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_the_line_that_names_the_separator_is_no_header(tmp_path, first, end):
    write_shop(tmp_path / "shop", orders=[order("A", "2024-01-10")], order_lines=[line("A")])
    text = end.join([first, "order_id;line_id;quantity;net_amount;title", "A;1;1;10,50;a, b, c, d, e, f", ""])
    (tmp_path / "shop" / "order_lines.csv").write_bytes(text.encode())

    assert ids(shop_at(tmp_path), "order_lines", "title") == ["a, b, c, d, e, f"]


def test_rows_are_numbered_as_a_spreadsheet_shows_them(tmp_path):
    """Excel takes the line with the separator away: the header is row 1."""
    write_shop(tmp_path / "shop", orders=[order("A", "2024-01-10")], order_lines=[line("A")])
    path = tmp_path / "shop" / "order_lines.csv"
    header = "sep=;\norder_id;line_id;quantity;net_amount\n"
    path.write_text(f"{header}A;1;1;ten\n")
    with pytest.raises(SourceError, match="row 2, column net_amount: 'ten'"):
        ids(shop_at(tmp_path))

    path.write_text(f"{header}A;1;1;10\nA;2;1\n")
    with pytest.raises(SourceError, match="row 3 has 3 values, the header has 4"):
        ids(shop_at(tmp_path))


def test_tabs_separate_values_too(tmp_path):
    write_shop(tmp_path / "shop", orders=[order("A", "2024-01-10")], order_lines=[line("A")])
    path = tmp_path / "shop" / "order_lines.csv"
    path.write_text(path.read_text().replace(",", "\t"))

    assert ids(shop_at(tmp_path), "order_lines") == ["A"]


def test_a_file_in_two_encodings_is_refused(tmp_path):
    write_shop(tmp_path / "shop", orders=[order("A", "2024-01-10")], order_lines=[line("A")])
    lines = ["order_id,line_id,quantity,net_amount,title", "A,1,1,10,Café".encode(), "A,2,1,0,Crème".encode("cp1252")]
    path = tmp_path / "shop" / "order_lines.csv"
    path.write_bytes(b"\n".join(each if isinstance(each, bytes) else each.encode() for each in lines))

    with pytest.raises(SourceError, match=r"order_lines\.csv: is partly UTF-8 \(line 2\) and partly cp1252 \(line 3\)"):
        ids(shop_at(tmp_path))
