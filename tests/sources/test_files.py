from __future__ import annotations

import datetime as dt
import logging
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipelines.errors import HomeError, SourceError
from pipelines.settings.sections import Extract
from pipelines.sources.files import Files
from pipelines.sources.source import LeftOut
from tests.sources import deliveries
from tests.sources.deliveries import by_key, collect, opened, require_complete
from tests.support.builders import cost, edit, line, order, payment, refund, tax_line
from tests.support.shops import AS_OF, START, make_settings, write_shop

ONE_DAY = dt.timedelta(days=1)
NOON = "2024-01-10 12:00:00"


def open_shop(folder: Path, **tables: list[dict[str, Any]]) -> Files:
    settings = make_settings(folder)
    write_shop(folder / "shop", **tables)
    return opened(Files(settings))


def one_order_shop(folder: Path, **columns: Any) -> Files:
    return open_shop(folder, orders=[order("A1", NOON, **columns)], order_lines=[line("A1")])


def rewrite(folder: Path, name: str, old: str, new: str) -> None:
    path = folder / "shop" / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def read_all(source: Files) -> dict[str, Any]:
    return deliveries.read_all(source, START, AS_OF)


# What comes out


def test_every_table_is_delivered_in_the_contracts_types(tmp_path: Path) -> None:
    source = open_shop(
        tmp_path,
        orders=[
            order("007", NOON, total="12.10", shipping_net_amount="2.5", is_test="yes", customer_email="Ann@x.nl ")
        ],
        order_lines=[line("007", net="7.5", quantity="0.25", title='a, "b"\nc')],
        refunds=[refund("R1", "2024-01-20", "007", 4, refund_line_no=2, is_restocked="0", sku="")],
        customers=[{"customer_id": "c1", "email": "ann@x.nl", "is_business": "TRUE", "created_at": NOON}],
        customer_aliases=[{"old_customer_id": "c0", "surviving_customer_id": "c1"}],
        products=[{"product_id": "p", "unit_cost_amount": "0.1234", "cost_valid_from": "2024-01-01"}],
        order_edits=[edit("007", "2024-02-01 09:00:00", "-1.5")],
        tax_lines=[tax_line("007", "2.1")],
        payments=[payment("007", amount="12.10", fee_amount="")],
        order_costs=[cost("007", "packaging", ".25")],
        product_costs=[{"product_id": "p", "valid_from_date": "2024-01-01", "unit_cost_amount": "3"}],
        exchange_rates=[{"currency": "IDR", "rate_date": "2024-01-05", "rate": "0.000057123"}],
    )

    tables = read_all(source)

    (order_row,), (line_row,), (refund_row,) = tables["orders"], tables["order_lines"], tables["refunds"]
    assert (order_row["order_id"], order_row["order_date"]) == ("007", dt.date(2024, 1, 10))
    assert order_row["placed_at"] == dt.datetime(2024, 1, 10, 12)
    assert (order_row["total_gross_amount"], order_row["shipping_net_amount"]) == (Decimal("12.1"), Decimal("2.5"))
    assert (order_row["is_test"], order_row["customer_email"]) == (True, "Ann@x.nl ")
    assert order_row["updated_at"] is None
    assert (line_row["quantity"], line_row["title"], line_row["sku"]) == (Decimal("0.25"), 'a, "b"\nc', None)
    assert (refund_row["refund_line_no"], refund_row["is_restocked"], refund_row["sku"]) == (2, False, None)
    assert refund_row["order_date"] == order_row["order_date"]
    assert tables["customers"][0]["is_business"] is True
    assert tables["customer_aliases"][0]["surviving_customer_id"] == "c1"
    assert tables["products"][0]["cost_valid_from"] == dt.date(2024, 1, 1)
    (edit_row,), (payment_row,), (rate_row,) = tables["order_edits"], tables["payments"], tables["exchange_rates"]
    assert (edit_row["edited_at"], edit_row["net_amount"]) == (dt.datetime(2024, 2, 1, 9), Decimal("-1.5"))
    assert (payment_row["amount"], payment_row["fee_amount"], payment_row["state"]) == (Decimal("12.1"), None, None)
    assert (tables["tax_lines"][0]["tax_rate"], tables["order_costs"][0]["amount"]) == (
        Decimal("0.21"),
        Decimal("0.25"),
    )
    assert tables["product_costs"][0]["valid_from_date"] == dt.date(2024, 1, 1)
    assert (rate_row["rate_date"], rate_row["rate"]) == (dt.date(2024, 1, 5), Decimal("0.000057123"))
    parts = [tables[name][0] for name in ("order_edits", "tax_lines", "payments", "order_costs")]
    assert {row["order_date"] for row in parts} == {order_row["order_date"]}
    assert require_complete(source, dt.date(2024, 1, 9), dt.date(2024, 1, 12))["read"] == (3, Decimal("4.5"))


@pytest.mark.parametrize(
    ("written", "utc"),
    [
        ("2024-07-01 23:30:00", "2024-07-01 23:30"),
        ("2024-07-01T23:30:00Z", "2024-07-01 23:30"),
        ("2024-07-01T23:30:00.250+02:00", "2024-07-01 21:30:00.250"),
        ("2024-07-01 23:30:00 +0200", "2024-07-01 21:30"),
        ("2024-07-01 23:30:00 UTC", "2024-07-01 23:30"),
        ("2024-07-01 23:30:00-05", "2024-07-02 04:30"),
        ("2024-07-01 23:30", "2024-07-01 23:30"),
    ],
)
def test_instant_is_read_as_utc_or_by_its_offset(tmp_path: Path, written: str, utc: str) -> None:
    source = one_order_shop(tmp_path, updated_at=written)

    assert read_all(source)["orders"][0]["updated_at"] == dt.datetime.fromisoformat(utc)


AUTUMN = (
    "{file}: column placed_at: {times} without an offset in the hour that the clock of Europe/Amsterdam shows twice in "
    "autumn; taken as the first."
)
SPRING = (
    "{file}: column placed_at: {times} without an offset in the hour that the clock of Europe/Amsterdam leaves out in "
    'spring; moved on with the clock. If the files are in UTC, set naive_instants = "utc" in [source].'
)


def written_by(folder: Path, *placed_at: str, **source: str) -> Files:
    """A shop with its own notation, and one order for each instant as the shop writes it."""
    section = {"kind": "files", "path": folder / "shop", **source}
    settings = make_settings(folder, source=section, shop={"start_date": dt.date(2023, 1, 1)})
    ids = [f"A{number}" for number, _ in enumerate(placed_at)]
    orders = [order(order_id, at) for order_id, at in zip(ids, placed_at, strict=True)]
    write_shop(folder / "shop", orders=orders, order_lines=[line(order_id) for order_id in ids])
    return opened(Files(settings))


def placed(source: Files) -> list[str]:
    rows = deliveries.read_all(source, dt.date(2023, 1, 1), AS_OF)["orders"]
    return [f"{row['placed_at']:%Y-%m-%d %H:%M:%S}" for row in sorted(rows, key=lambda row: row["order_id"])]


@pytest.mark.parametrize(
    ("written", "utc", "said"),
    [
        ("2023-07-01 00:30:00", "2023-06-30 22:30:00", None),
        ("2024-01-10T00:30", "2024-01-09 23:30:00", None),
        ("2024-01-10 00:30:00Z", "2024-01-10 00:30:00", None),
        ("2023-03-26 01:59:59", "2023-03-26 00:59:59", None),
        ("2023-03-26 02:00:00", "2023-03-26 01:00:00", SPRING),
        ("2023-03-26 02:59:59", "2023-03-26 01:59:59", SPRING),
        ("2023-03-26 03:00:00", "2023-03-26 01:00:00", None),
        ("2023-03-26 02:30:00+01:00", "2023-03-26 01:30:00", None),
        ("2023-10-29 01:59:59", "2023-10-28 23:59:59", None),
        ("2023-10-29 02:00:00", "2023-10-29 00:00:00", AUTUMN),
        ("2023-10-29 02:59:59", "2023-10-29 00:59:59", AUTUMN),
        ("2023-10-29 03:00:00", "2023-10-29 02:00:00", None),
        ("2023-10-29 02:30:00+01:00", "2023-10-29 01:30:00", None),
    ],
)
def test_instant_without_an_offset_is_the_shops_local_time(
    tmp_path: Path, written: str, utc: str, said: str | None
) -> None:
    source = written_by(tmp_path, written)

    assert placed(source) == [utc]
    file = tmp_path / "shop" / "orders.csv"
    assert source.warnings == ([said.format(file=file, times="1 time")] if said else [])


def test_times_that_the_clock_shows_twice_or_never_are_counted(tmp_path: Path) -> None:
    twice, never = ("2023-10-29 02:00", "2023-10-29 02:30"), ("2023-03-26 02:15", "2023-03-26 02:45")
    source = written_by(tmp_path, *twice, *never, "2023-03-26 12:00")

    assert len(placed(source)) == 5
    file = tmp_path / "shop" / "orders.csv"
    assert source.warnings == [words.format(file=file, times="2 times") for words in (AUTUMN, SPRING)]


def test_instant_without_an_offset_is_utc_where_the_shop_says_so(tmp_path: Path) -> None:
    source = written_by(tmp_path, "2023-10-29 02:30:00", "2023-03-26 02:30:00", naive_instants="utc")

    assert placed(source) == ["2023-10-29 02:30:00", "2023-03-26 02:30:00"]
    assert source.warnings == []


def test_parquet_timestamp_without_a_zone_is_local_time_too(tmp_path: Path) -> None:
    source = written_by(tmp_path, "2024-01-10 12:00:00")
    (tmp_path / "shop" / "orders.csv").unlink()
    naive, aware = pa.timestamp("us"), pa.timestamp("us", tz="UTC")
    at = dt.datetime(2023, 10, 29, 2, 30)
    columns = {name: pa.array([value]) for name, value in order("A0", "", total="10").items() if name != "placed_at"}
    table = pa.table({**columns, "placed_at": pa.array([at], naive), "updated_at": pa.array([at], aware)})
    pq.write_table(table, tmp_path / "shop" / "orders.parquet")

    (row,) = deliveries.read_all(source, dt.date(2023, 1, 1), AS_OF)["orders"]

    assert (row["placed_at"], row["updated_at"]) == (dt.datetime(2023, 10, 29, 0, 30), at)
    assert source.warnings == [AUTUMN.format(file=tmp_path / "shop" / "orders.parquet", times="1 time")]


# Countries


@pytest.mark.parametrize(
    ("written", "code"),
    [
        *(("NL", "NL"), ("nl", "NL"), ("NLD", "NL"), ("Netherlands", "NL"), ("nederland", "NL"), ("Niederlande", "NL")),
        *(("Belgien", "BE"), ("Duitsland", "DE"), ("United Kingdom", "GB"), ("USA", "US"), ("", None)),
    ],
)
def test_country_is_read_by_its_name_too(tmp_path: Path, written: str, code: str | None) -> None:
    source = one_order_shop(tmp_path, country=written)

    assert read_all(source)["orders"][0]["country"] == code
    assert source.warnings == []


def test_word_that_is_no_country_is_kept_and_said(tmp_path: Path) -> None:
    source = one_order_shop(tmp_path, country="Holland!")

    assert read_all(source)["orders"][0]["country"] == "Holland!"
    assert source.warnings == [
        f"{tmp_path}/shop/orders.csv: column country: no country's name or code (1): 'Holland!'. They are kept as "
        "they are; write ISO 3166 two-letter codes, such as NL."
    ]


# Decimals


def amounts_of(folder: Path, *amounts: str, column: str = "net_amount", **source: str) -> list[Decimal]:
    """What a column of `order_lines` comes to, as the shop writes it."""
    settings = make_settings(folder, source={"kind": "files", "path": folder / "shop", **source})
    lines = [line("A1", f"{number}") | {column: amount} for number, amount in enumerate(amounts)]
    write_shop(folder / "shop", orders=[order("A1", NOON, total="1")], order_lines=lines)
    rows = read_all(opened(Files(settings)))["order_lines"]
    return [row[column] for row in sorted(rows, key=lambda row: row["line_id"])]


@pytest.mark.parametrize(
    ("amounts", "with_point", "grouped"),
    [
        (["3.540"], "3.54", "3540"),
        (["12", "", "3.540", "0"], "3.54", "3540"),
        (["-1.000", "2.500"], "-1", "-1000"),
        (["999", "1.250"], "1.25", "1250"),
    ],
)
def test_amounts_in_which_every_point_may_group_thousands_are_refused(
    tmp_path: Path, amounts: list[str], with_point: str, grouped: str
) -> None:
    with pytest.raises(SourceError) as caught:
        amounts_of(tmp_path, *amounts)

    example = min(amount for amount in amounts if "." in amount)
    assert str(caught.value) == (
        f"{tmp_path}/shop/order_lines.csv: column net_amount: {example} may be {with_point} or {grouped}, and every "
        f'other value of this column leaves it open too. Add decimal_mark = "." to [source] if it is {with_point}, or '
        f'decimal_mark = "," if it is {grouped}.'
    )


@pytest.mark.parametrize(
    ("amounts", "expected"),
    [
        (["3.540", "3.54"], ["3.54", "3.54"]),
        (["3.540", "0.125"], ["3.54", "0.125"]),
        (["3.540", "1250"], ["3.54", "1250"]),
        (["12", "999"], ["12", "999"]),
        (["3.5400"], ["3.54"]),
    ],
)
def test_one_value_that_is_no_grouped_number_settles_the_column(
    tmp_path: Path, amounts: list[str], expected: list[str]
) -> None:
    assert amounts_of(tmp_path, *amounts) == [Decimal(value) for value in expected]


@pytest.mark.parametrize(
    ("mark", "amounts", "expected"),
    [
        (".", ["3.540", "1,234.50", "-12", ".25"], ["3.54", "1234.5", "-12", "0.25"]),
        (",", ["3.540", "1.234,50", "-12", ",25", "1234,5"], ["3540", "1234.5", "-12", "0.25", "1234.5"]),
    ],
)
def test_decimals_are_read_with_the_mark_that_the_shop_names(
    tmp_path: Path, mark: str, amounts: list[str], expected: list[str]
) -> None:
    assert amounts_of(tmp_path, *amounts, decimal_mark=mark) == [Decimal(value) for value in expected]


@pytest.mark.parametrize(
    ("mark", "amount", "right"),
    [
        (".", "3,54", "1234.5 or 1,234.5"),
        (".", "1.234,50", "1234.5 or 1,234.5"),
        (",", "3.54", "1234,5 or 1.234,5"),
        (",", "12.34.567", "1234,5 or 1.234,5"),
        (",", ",", "1234,5 or 1.234,5"),
    ],
)
def test_decimals_with_another_mark_than_the_named_one_are_refused(
    tmp_path: Path, mark: str, amount: str, right: str
) -> None:
    with pytest.raises(SourceError) as caught:
        amounts_of(tmp_path, amount, decimal_mark=mark)

    assert str(caught.value) == (
        f"{tmp_path}/shop/order_lines.csv: row 2, column net_amount: {amount!r} is not an amount. With decimal_mark = "
        f'"{mark}" in [source], write {right}.'
    )


def test_quantities_with_three_decimals_throughout_are_decimals_but_mixed_ones_are_refused(tmp_path: Path) -> None:
    assert amounts_of(tmp_path, "1.000", "2.500", column="quantity") == [Decimal(1), Decimal("2.5")]
    with pytest.raises(SourceError, match=r"column quantity: 1\.000 may be 1 or 1000, and every other value"):
        amounts_of(tmp_path, "1", "1.000", column="quantity")


@pytest.mark.parametrize(
    ("written", "flag"),
    [("true", True), ("1", True), ("YES", True), ("False", False), ("0", False), ("no", False), ("", None)],
)
def test_flag_is_read(tmp_path: Path, written: str, flag: bool | None) -> None:
    assert read_all(one_order_shop(tmp_path, is_test=written))["orders"][0]["is_test"] is flag


@pytest.mark.parametrize(
    ("placed_at", "day"),
    [
        ("2024-01-09 22:59:59", dt.date(2024, 1, 9)),
        ("2024-01-09 23:00:00", dt.date(2024, 1, 10)),
        ("2023-10-28 21:59:59", dt.date(2023, 10, 28)),
        ("2023-10-28 22:00:00", dt.date(2023, 10, 29)),
        ("2023-10-29 22:59:59", dt.date(2023, 10, 29)),
        ("2023-03-26 21:59:59", dt.date(2023, 3, 26)),
        ("2023-03-26 22:00:00", dt.date(2023, 3, 27)),
    ],
)
def test_order_lies_on_the_shops_local_day_around_clock_changes(tmp_path: Path, placed_at: str, day: dt.date) -> None:
    settings = make_settings(tmp_path, shop={"start_date": dt.date(2023, 1, 1)})
    write_shop(tmp_path / "shop", orders=[order("A1", placed_at)], order_lines=[line("A1")])

    assert opened(Files(settings)).list_ids(day, day + ONE_DAY).to_pylist() == [{"order_date": day, "order_id": "A1"}]


def test_parquet_is_cast_too(tmp_path: Path) -> None:
    settings = make_settings(tmp_path)
    amsterdam = pa.timestamp("ms", tz="Europe/Amsterdam")
    placed = dt.datetime(2024, 1, 10, 11, tzinfo=dt.UTC)
    columns = {
        "order_id": pa.array([1001, 1002]),
        "placed_at": pa.array([placed, placed], amsterdam),
        "updated_at": pa.array([NOON, None]),
        "status": pa.array(["paid", "paid"]).dictionary_encode(),
        "currency": ["EUR", "EUR"],
        "total_gross_amount": [0.1 + 0.2, 10.05],
        "customer_id": [13085.0, None],
        "tax_amount": pa.array([Decimal("1.234567"), None]),
        "is_test": [1, 0],
    }
    pq.write_table(pa.table(columns), tmp_path / "shop" / "orders.parquet")
    lines = {"order_id": [1001, 1002], "line_id": [1, 1], "quantity": [1, 2], "net_amount": ["0.3", "10.05"]}
    pq.write_table(pa.table(lines), tmp_path / "shop" / "order_lines.parquet")

    tables = collect(opened(Files(settings)).read_placed(START, AS_OF))

    orders = by_key(tables["orders"], "order_id")
    assert orders["1001"]["placed_at"] == dt.datetime(2024, 1, 10, 11)
    assert orders["1001"]["updated_at"] == dt.datetime(2024, 1, 10, 12)
    assert (orders["1001"]["total_gross_amount"], orders["1002"]["total_gross_amount"]) == (
        Decimal("0.3"),
        Decimal("10.05"),
    )
    assert (orders["1001"]["customer_id"], orders["1002"]["customer_id"]) == ("13085", None)
    assert (orders["1001"]["tax_amount"], orders["1001"]["is_test"]) == (Decimal("1.2346"), True)
    assert by_key(tables["order_lines"], "order_id")["1002"]["quantity"] == 2


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";"])
def test_csv_is_read_in_the_encodings_and_with_the_separators_of_excel(
    tmp_path: Path, encoding: str, delimiter: str
) -> None:
    source = open_shop(
        tmp_path,
        orders=[order("A1", NOON)],
        order_lines=[line("A1", title="Crème brûlée € 5"), line("A1", "2")],
    )
    for path in (tmp_path / "shop").iterdir():
        path.write_text(path.read_text(encoding="utf-8").replace(",", delimiter), encoding=encoding)

    lines = by_key(read_all(source)["order_lines"], "line_id")

    assert (lines["1"]["title"], lines["2"]["title"]) == ("Crème brûlée € 5", None)
    assert ["cp1252" in warning for warning in source.warnings] == ([True] if encoding == "cp1252" else [])


def test_empty_shop_has_no_rows_but_counts_its_days(tmp_path: Path) -> None:
    source = one_order_shop(tmp_path)
    for path in (tmp_path / "shop").iterdir():
        path.write_text(path.read_text(encoding="utf-8").splitlines()[0], encoding="utf-8")

    assert list(source.read_placed(START, AS_OF)) == list(source.read_keyed()) == []
    assert set(source.fingerprints(START, AS_OF).values()) == {""}
    assert source.list_ids(START, AS_OF).num_rows == 0
    counts = source.count(START, AS_OF).to_pylist()
    assert len(counts) == (AS_OF - START).days
    assert {(row["entry"], row["row_count"], row["amount"]) for row in counts} == {("read", 0, 0)}


# Where rows without a day of their own lie


def test_rows_whose_day_cannot_be_known_lie_on_the_first_day(tmp_path: Path) -> None:
    source = open_shop(
        tmp_path,
        orders=[order("undated", ""), order("future", "2024-03-02"), order("A1", NOON)],
        order_lines=[line("undated"), line("future"), line("A1"), line("nowhere"), line("")],
        payments=[
            payment("A1", paid_at="2024-02-20 12:00:00"),
            payment("nowhere", paid_at="2024-02-20 12:00:00"),
            payment("", paid_at=""),
        ],
        refunds=[
            refund("undated", "", "A1"),
            refund("orphan", "2024-02-01", "gone"),
            refund("undated orphan", "", "gone"),
            refund("orphan of the future", "2024-03-01", "gone"),
            refund("credit note", "2024-01-31 23:30:00"),
            refund("undated credit note", ""),
            refund("of A1", "2024-02-20", "A1"),
        ],
    )

    tables = read_all(source)

    own_day = dt.date(2024, 1, 10)
    days = {row["order_id"]: row["order_date"] for row in tables["orders"] + tables["order_lines"]}
    assert days == {"undated": START, "future": START, "A1": own_day, "nowhere": START, None: START}
    assert {row["order_id"]: row["order_date"] for row in tables["payments"]} == {
        "A1": own_day,
        "nowhere": START,
        None: START,
    }
    assert {row["refund_id"]: row["order_date"] for row in tables["refunds"]} == {
        "undated": own_day,
        "orphan": dt.date(2024, 2, 1),
        "undated orphan": START,
        "orphan of the future": START,
        "credit note": dt.date(2024, 2, 1),
        "undated credit note": START,
        "of A1": own_day,
    }
    require_complete(source, START, AS_OF)


def test_order_id_that_stands_twice_keeps_its_lines_once_on_the_first_day(tmp_path: Path) -> None:
    source = open_shop(tmp_path, orders=[order("A1", "2024-01-12"), order("A1", NOON)], order_lines=[line("A1")])

    tables = read_all(source)

    assert {row["order_date"] for row in tables["orders"]} == {dt.date(2024, 1, 10), dt.date(2024, 1, 12)}
    assert [row["order_date"] for row in tables["order_lines"]] == [dt.date(2024, 1, 10)]
    require_complete(source, START, AS_OF)


def test_parts_of_an_order_in_two_versions_lie_on_the_day_of_the_newer(tmp_path: Path) -> None:
    versions = [order("A1", NOON, updated_at="2024-02-01 12:00:00")]
    versions.append(order("A1", "2024-01-12", updated_at="2024-02-02 12:00:00"))
    source = open_shop(
        tmp_path, orders=[{**row, "total_gross_amount": 10} for row in versions], order_lines=[line("A1")]
    )

    tables = read_all(source)

    assert {row["order_date"] for row in tables["orders"]} == {dt.date(2024, 1, 10), dt.date(2024, 1, 12)}
    assert [row["order_date"] for row in tables["order_lines"]] == [dt.date(2024, 1, 12)]
    require_complete(source, START, AS_OF)


def test_orders_before_the_start_are_not_read_and_counted(tmp_path: Path) -> None:
    source = open_shop(
        tmp_path, orders=[order("A1", NOON), order("old", "2023-12-30")], order_lines=[line("A1"), line("old")]
    )

    tables = read_all(source)

    assert [row["order_id"] for row in tables["order_lines"]] == ["A1"]
    assert source.left_out() == [LeftOut("order", "EUR", 1, Decimal(10))]


def test_count_adds_shipping_fees_and_edits_and_takes_off_discounts_and_refunds(tmp_path: Path) -> None:
    source = open_shop(
        tmp_path,
        orders=[order("A1", NOON, shipping_net_amount="5", fee_net_amount="1", undistributed_discount_net_amount="2")],
        order_lines=[line("A1", net="10.00"), line("A1", "2", "20.0051")],
        refunds=[refund("R1", "2024-01-20", "A1", 3, shipping_net_amount="0.5")],
        order_edits=[edit("A1", "2024-01-12", 7), edit("A1", "2024-02-12", "-2.5", "2")],
        payments=[payment("A1", paid_at=NOON, fee_amount="0.35")],
    )

    sums = require_complete(source, START, AS_OF)

    assert sums == {"read": (5, Decimal("35.0051"))}


# Batches and windows


def test_batches_are_bounded_keep_days_whole_and_do_not_change_the_rows(tmp_path: Path) -> None:
    days = [START + n * ONE_DAY for n in range(6)]
    orders = [order(f"{day}-{n}", day) for day in days for n in range(4)]
    tables = {
        "orders": orders,
        "order_lines": [line(o["order_id"], str(n)) for o in orders for n in range(2)],
        "refunds": [refund(f"R{o['order_id']}", "2024-02-01", o["order_id"]) for o in orders],
        "customers": [{"customer_id": f"c{n}"} for n in range(70)],
    }
    whole = open_shop(tmp_path, **tables)
    settings = make_settings(tmp_path).model_copy(update={"extract": Extract.model_construct(batch_rows=16)})

    source = opened(Files(settings))
    placed, keyed = list(source.read_placed(START, AS_OF)), list(source.read_keyed())

    assert [batch.tables["order_lines"].num_rows for batch in placed] == [16, 16, 16]
    assert all(rows.num_rows <= 16 for batch in placed + keyed for rows in batch.tables.values())
    assert collect(placed + keyed) == read_all(whole)
    assert len(read_all(whole)["customers"]) == 70


def test_window_is_half_open(tmp_path: Path) -> None:
    source = open_shop(
        tmp_path,
        orders=[order(str(day), f"2024-01-{day} 12:00:00") for day in (10, 11, 12)],
        order_lines=[line(str(day)) for day in (10, 11, 12)],
    )

    tables = collect(source.read_placed(dt.date(2024, 1, 10), dt.date(2024, 1, 12)))

    assert [row["order_id"] for row in tables["orders"]] == ["10", "11"]
    assert [row["order_id"] for row in tables["order_lines"]] == ["10", "11"]


def test_keyed_rows_stamped_before_an_instant_stay_out(tmp_path: Path) -> None:
    source = open_shop(
        tmp_path,
        orders=[order("A1", NOON)],
        order_lines=[line("A1")],
        customers=[
            {"customer_id": "changed", "updated_at": "2024-02-10 10:00:00"},
            {"customer_id": "same", "updated_at": "2024-02-10 09:59:59"},
            {"customer_id": "unstamped", "updated_at": ""},
        ],
        products=[{"product_id": "p"}],
    )

    tables = collect(source.read_keyed(dt.datetime(2024, 2, 10, 10)))

    assert [row["customer_id"] for row in tables["customers"]] == ["changed", "unstamped"]
    assert [row["product_id"] for row in tables["products"]] == ["p"]
    assert len(collect(source.read_keyed())["customers"]) == 3


def test_order_of_today_is_not_history_yet(tmp_path: Path) -> None:
    source = open_shop(tmp_path, orders=[order("today", "2024-03-01 10:00:00")], order_lines=[line("today")])

    assert read_all(source)["orders"] == []


# Whether a day has changed


def test_fingerprint_of_a_day_follows_its_rows_and_not_their_order(tmp_path: Path) -> None:
    orders = [order("A1", NOON, sales_channel="web"), order("A2", NOON, sales_channel="pos"), order("B", "2024-01-11")]
    lines = [line("A1", net=10), line("A1", net=10), line("A2", net=20), line("B")]

    def prints(orders: list[dict[str, Any]], lines: list[dict[str, Any]], **more: Any) -> dict[dt.date, str]:
        folder = tmp_path / str(len(list(tmp_path.iterdir())))
        source = open_shop(
            folder, orders=[{**row, "total_gross_amount": 30} for row in orders], order_lines=lines, **more
        )
        return source.fingerprints(START, AS_OF)

    same = prints(orders, lines)
    assert list(same) == [START + n * ONE_DAY for n in range((AS_OF - START).days)]
    assert prints(orders[::-1], lines[::-1]) == same
    exchanged = [{**orders[0], "sales_channel": "pos"}, {**orders[1], "sales_channel": "web"}, orders[2]]
    others = [
        prints(exchanged, lines),
        prints(orders, lines[1:]),
        prints(orders, [{**lines[0], "net_amount": 20}, lines[1], {**lines[2], "net_amount": 10}, lines[3]]),
        prints(orders, lines, tax_lines=[tax_line("A1")]),
        prints([{**orders[0], "customer_email": "a@example.nl"}, *orders[1:]], lines),
    ]
    day = dt.date(2024, 1, 10)
    assert all(other[day] != same[day] for other in others)
    assert all({**other, day: same[day]} == same for other in others)


# What is refused


@pytest.mark.parametrize(
    ("table", "column", "value", "expected"),
    [
        (
            *("orders", "total_gross_amount", "12,50,00"),
            "an amount. Write decimals with a point and thousands without a separator: 1234.5.",
        ),
        (
            *("orders", "total_gross_amount", "$ 12"),
            "an amount. Write decimals with a point and thousands without a separator: 1234.5; EUR or € may stand "
            "before or after it.",
        ),
        ("orders", "total_gross_amount", "€ -", "an amount"),
        ("orders", "total_gross_amount", "1_000", "an amount"),
        ("order_lines", "net_amount", "1.23.4", "an amount"),
        ("order_lines", "quantity", "one", "a number"),
        (
            *("orders", "placed_at", "10-01-2024 12:00"),
            "an instant. Write 2024-03-31 14:05:00, with Z or an offset (+02:00); without one it is UTC.",
        ),
        (
            *("orders", "placed_at", "2024-01-10"),
            "an instant. Write 2024-03-31 14:05:00, with Z or an offset (+02:00); without one it is UTC. If the files "
            "give days only, add day_only = true to [source].",
        ),
        (
            *("orders", "placed_at", "Jan 10, 2024 9:05 AM"),
            "an instant. Write 2024-03-31 14:05:00, with Z or an offset (+02:00); without one it is UTC. If all dates "
            "are written like this one, say how: date_format in [source].",
        ),
        ("orders", "updated_at", "2024-02-30 10:00:00", "an instant"),
        ("orders", "is_test", "maybe", "a flag. Write true or false"),
        ("refunds", "refund_line_no", "1.5", "a whole number"),
        ("order_lines", "tax_rate", "21%", "a rate. Write decimals with a point"),
        ("products", "cost_valid_from", "31-12-2023 10:00", "a date. Write 2024-03-31"),
    ],
)
def test_value_of_another_type_is_named_with_its_place(
    tmp_path: Path, table: str, column: str, value: str, expected: str
) -> None:
    tables: dict[str, list[dict[str, Any]]] = {
        "orders": [order(order_id, NOON, total=10) for order_id in ("A1", "A2", "A3")],
        "order_lines": [line("A1"), line("A2"), line("A3")],
        "refunds": [refund(f"R{n}", NOON) for n in "123"],
        "products": [{"product_id": n} for n in "123"],
    }
    for row in tables[table]:
        row.setdefault(column, "")
    tables[table][1][column] = tables[table][2][column] = value

    with pytest.raises(SourceError) as caught:
        open_shop(tmp_path, **tables).count(START, AS_OF)

    path = tmp_path / "shop" / f"{table}.csv"
    assert str(caught.value).startswith(f"{path}: row 3, column {column}: {value!r} is not {expected}")


def test_everything_that_is_wrong_is_said_at_once(tmp_path: Path) -> None:
    """A value in each of three columns of two tables, a missing column, a row that is no row, and a table twice."""
    orders = [order(f"A{n}", NOON, total=10) for n in range(9)]
    lines = [line(row["order_id"]) for row in orders]
    for number in (1, 2, 4, 5, 7, 8):
        lines[number]["net_amount"] = f"ten {number}"
    lines[3]["quantity"] = "one"
    orders[6]["placed_at"] = "yesterday"
    source = open_shop(tmp_path, orders=orders, order_lines=lines, refunds=[{"refund_id": "R", "net_amount": 1}])
    (tmp_path / "shop" / "payments.csv").write_text("order_id,payment_id,kind,amount\nA1,1,card\nA2,1\n")
    for suffix in ("csv", "parquet"):
        (tmp_path / "shop" / f"products.{suffix}").touch()

    with pytest.raises(SourceError) as caught:
        read_all(source)

    folder = tmp_path / "shop"
    said = [text.removeprefix(f"{folder}/") for text in str(caught.value).splitlines()]
    starts = [
        f"products.csv and {folder}/products.parquet: both are there",
        "orders.csv: row 8, column placed_at: 'yesterday' is not an instant",
        "order_lines.csv: row 5, column quantity: 'one' is not a number",
        "order_lines.csv: row 3, column net_amount: 'ten 1' is not an amount",
        "refunds.csv: the column 'refunded_at' is missing.",
        "payments.csv: row 2 has 3 values, the header has 4: 'A1,1,card'",
    ]
    assert [text[: len(start)] for text, start in zip(said, starts, strict=True)] == starts
    assert said[3].endswith(
        " 6 values of this column are wrong; the next: row 4: 'ten 2', row 6: 'ten 4', row 7: 'ten 5' and others."
    )
    assert " 2 rows do not fit the header. " in said[5]


def test_value_in_parquet_is_named_with_its_place(tmp_path: Path) -> None:
    source = one_order_shop(tmp_path)
    (tmp_path / "shop" / "order_lines.csv").unlink()
    rows = {"order_id": ["A1", "A1"], "line_id": ["1", "2"], "quantity": [1, 1], "net_amount": ["10", "ten"]}
    pq.write_table(pa.table(rows), tmp_path / "shop" / "order_lines.parquet")

    with pytest.raises(SourceError, match=r"order_lines\.parquet: row 2, column net_amount: 'ten' is not an amount"):
        read_all(source)


def test_missing_column_is_named_with_the_nearest_found(tmp_path: Path) -> None:
    source = one_order_shop(tmp_path)
    rewrite(tmp_path, "orders.csv", "total_gross_amount", "total_gross_amnt")

    with pytest.raises(SourceError) as caught:
        read_all(source)

    assert "orders.csv: the column 'total_gross_amount' is missing. Rename 'total_gross_amnt', if that is it." in str(
        caught.value
    )
    assert (
        "Found: order_id, placed_at, status, currency, customer_id, country, sales_channel, total_gross_amnt."
        in str(caught.value)
    )


def test_unknown_columns_are_left_out_logged_and_kept_to_show(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    source = one_order_shop(tmp_path, shoe_size="44", mood="fine")

    with caplog.at_level(logging.WARNING, "klantwaarde"):
        read_all(source)

    path = tmp_path / "shop" / "orders.csv"
    expected = f"{path}: columns left out, since the contract does not know them: shoe_size, mood."
    assert source.warnings == [expected]
    assert caplog.messages == [expected]


def test_table_in_two_formats_is_refused(tmp_path: Path) -> None:
    source = one_order_shop(tmp_path)
    (tmp_path / "shop" / "orders.parquet").touch()

    with pytest.raises(SourceError, match=r"orders\.csv and .*orders\.parquet: both are there"):
        read_all(source)


def test_missing_table_is_named_with_what_was_found(tmp_path: Path) -> None:
    source = one_order_shop(tmp_path)
    (tmp_path / "shop" / "order_lines.csv").rename(tmp_path / "shop" / "lines.csv")

    with pytest.raises(
        SourceError, match=r"order_lines\.csv or order_lines\.parquet is missing\. Found: lines\.csv, or"
    ):
        read_all(source)


def test_empty_folder_is_said(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"orders\.csv or orders\.parquet is missing\. Found: nothing"):
        read_all(opened(Files(make_settings(tmp_path))))


@pytest.mark.parametrize("keep", [0.5, 0.95, 0.0])
def test_truncated_parquet_is_named(tmp_path: Path, keep: float) -> None:
    source = one_order_shop(tmp_path)
    (tmp_path / "shop" / "order_lines.csv").unlink()
    path = tmp_path / "shop" / "order_lines.parquet"
    pq.write_table(pa.table({"order_id": ["A1"], "line_id": ["1"], "quantity": [1], "net_amount": [10]}), path)
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * keep)])

    with pytest.raises(SourceError, match=r"order_lines\.parquet: cannot be read: .*export it again"):
        read_all(source)


def test_parquet_with_damaged_data_is_named(tmp_path: Path) -> None:
    source = one_order_shop(tmp_path)
    (tmp_path / "shop" / "order_lines.csv").unlink()
    path = tmp_path / "shop" / "order_lines.parquet"
    texts = [f"text {n} {n * 7919 % 1000}" for n in range(20_000)]
    ones = [1] * len(texts)
    pq.write_table(
        pa.table({"order_id": texts, "line_id": texts, "quantity": ones, "net_amount": ones, "title": texts}), path
    )
    content = bytearray(path.read_bytes())
    content[1_000 : len(content) // 2] = b"\x5a" * (len(content) // 2 - 1_000)
    path.write_bytes(content)

    with pytest.raises(SourceError, match=r"order_lines\.parquet"):
        read_all(source)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty. A csv file starts with a row of column names"),
        (b"\n\n", "is empty"),
        (
            b"order_id,line_id,quantity,net_amount\nA1,1,1,10\nA1,2,1\n",
            "row 3 has 3 values, the header has 4: 'A1,2,1'",
        ),
        (b"order_id,line_id,Line_ID,quantity,net_amount\n", "'Line_ID' is in the header twice"),
        ("order_id,line_id\n".encode("utf-16"), "is UTF-16 text. Save it as 'CSV UTF-8'"),
        (b"order_id,line_id,quantity,net_amount\nA1,1,1,10\nA\x81,2,1,10\n", "neither UTF-8 nor cp1252"),
    ],
)
def test_csv_that_is_none_is_refused(tmp_path: Path, content: bytes, message: str) -> None:
    source = one_order_shop(tmp_path)
    (tmp_path / "shop" / "order_lines.csv").write_bytes(content)

    with pytest.raises(SourceError) as caught:
        read_all(source)

    assert str(caught.value).startswith(str(tmp_path / "shop" / "order_lines.csv"))
    assert message in str(caught.value)


def test_path_with_the_signs_of_a_pattern_is_read(tmp_path: Path) -> None:
    folder = tmp_path / "O'Brien [shop]*"
    folder.mkdir()
    source = one_order_shop(folder)
    (folder / "shop" / "order_lines.csv").unlink()
    rows = {"order_id": ["A1"], "line_id": ["1"], "quantity": [1], "net_amount": [10]}
    pq.write_table(pa.table(rows), folder / "shop" / "order_lines.parquet")

    assert len(read_all(source)["order_lines"]) == 1


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), duckdb.OutOfMemoryException("limit")])
def test_lack_of_space_is_not_blamed_on_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def fail(*arguments: Any) -> None:
        raise error

    source = one_order_shop(tmp_path)
    monkeypatch.setattr("pipelines.sources.files._store", fail)

    with pytest.raises(HomeError, match=r"too little space for the source.s temporary files: .* TMPDIR"):
        read_all(source)


def test_an_export_that_the_user_may_not_read_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Root, who may run the tests, may read everything."""
    source = one_order_shop(tmp_path)
    monkeypatch.setattr("os.access", lambda path, _: Path(path).name != "orders.csv")
    with pytest.raises(SourceError, match=r"shop/orders\.csv: the user who runs this may not read it\. Correct"):
        read_all(source)


# What it leaves behind


def test_scratch_files_live_until_the_source_is_closed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(scratch))
    source = one_order_shop(tmp_path)
    assert len(read_all(source)["orders"]) == 1
    assert list(scratch.iterdir()) != []

    source.close()

    assert list(scratch.iterdir()) == []
    assert len(read_all(source)["orders"]) == 1
    source.close()
    assert list(scratch.iterdir()) == []


def test_failed_staging_leaves_nothing_and_can_be_tried_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(scratch))
    source = one_order_shop(tmp_path)
    rewrite(tmp_path, "orders.csv", "paid", 'paid",')
    with pytest.raises(SourceError):
        read_all(source)
    assert list(scratch.iterdir()) == []

    rewrite(tmp_path, "orders.csv", 'paid",', "paid")

    assert len(read_all(source)["orders"]) == 1
