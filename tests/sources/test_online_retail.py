from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from pipelines.errors import SourceError
from pipelines.settings import PROJECT_ROOT
from pipelines.settings.sections import Extract
from pipelines.sources.online_retail import OnlineRetail
from pipelines.sources.online_retail.rules import COUNTRIES, SPECIAL_CODES
from tests.sources.deliveries import by_key, collect, money, opened, read_all, require_complete
from tests.sources.gift_shop import NAMES, SHEETS, Row, make_settings, row, write_csv, write_parquet, write_xlsx

REAL_FILE = PROJECT_ROOT / "../shared/data/online_retail_II.parquet"
START, END = dt.date(2009, 12, 1), dt.date(2011, 12, 10)


def open_file(path: Path, **shop: Any) -> OnlineRetail:
    return opened(OnlineRetail(make_settings(path, **shop)))


@pytest.fixture
def read(tmp_path: Path) -> Callable[..., dict[str, Any]]:
    """Deliver these rows, and check that none is lost."""

    def deliver(*rows: Row) -> dict[str, Any]:
        source = open_file(write_parquet(tmp_path / "gifts.parquet", list(rows)))
        tables = read_all(source, START, END)
        counts = [count for count in source.count(START, END).to_pylist() if count["row_count"]]
        left_out = [count for count in counts if count["entry"] != "read"]
        rows_left_out = sum(count["row_count"] for count in left_out)
        amount_left_out = sum((count["amount"] for count in left_out), Decimal(0))
        assert money(tables) == (
            len(rows) - rows_left_out,
            sum(Decimal(str(r["Price"])) * r["Quantity"] for r in rows) - amount_left_out,
        )
        entries: Counter[str] = Counter()
        for count in left_out:
            entries[count["entry"]] += count["row_count"]
        return {**tables, "left_out": dict(entries)}

    return deliver


def test_invoice_becomes_an_order_worth_its_lines(read: Callable[..., dict[str, Any]]) -> None:
    tables = read(row("489434", quantity=12, price=6.95), row("489434", code="22041", quantity=3, price=0.125))

    (order,) = tables["orders"]
    assert (order["order_id"], order["order_number"], order["customer_id"]) == ("489434", "489434", "13085")
    assert (order["status"], order["currency"], order["country"], order["is_test"]) == ("paid", "GBP", "GB", False)
    assert order["total_gross_amount"] == Decimal("83.775")
    lines = by_key(tables["order_lines"], "line_id")
    assert lines["1"]["net_amount"] == lines["1"]["list_net_amount"] == Decimal("83.4")
    assert (lines["2"]["sku"], lines["2"]["quantity"], lines["2"]["net_amount"]) == ("22041", 3, Decimal("0.375"))
    assert {line["line_type"] for line in lines.values()} == {"product"}


def test_local_minutes_become_utc_in_winter_and_summer(read: Callable[..., dict[str, Any]]) -> None:
    tables = read(
        row("1", at="2010-03-27 23:30"), row("2", at="2010-03-28 23:30"), row("C3", at="2010-07-01 00:10", quantity=-1)
    )

    orders = by_key(tables["orders"], "order_id")
    assert orders["1"]["placed_at"] == dt.datetime(2010, 3, 27, 23, 30)
    assert (orders["2"]["placed_at"], orders["2"]["order_date"]) == (
        dt.datetime(2010, 3, 28, 22, 30),
        dt.date(2010, 3, 28),
    )
    (refund,) = tables["refunds"]
    assert (refund["refunded_at"], refund["order_date"]) == (dt.datetime(2010, 6, 30, 23, 10), dt.date(2010, 7, 1))


def test_credit_note_becomes_a_refund_that_names_no_order(read: Callable[..., dict[str, Any]]) -> None:
    tables = read(row("489434", quantity=12), row("C489435", quantity=-2, price=2.5), row("C489435", quantity=-1))

    refunds = by_key(tables["refunds"], "refund_id", "refund_line_no")
    refund = refunds["C489435", 1]
    assert (refund["order_id"], refund["customer_id"], refund["sku"]) == (None, "13085", "85048")
    assert (refund["quantity"], refund["net_amount"], refund["kind"]) == (2, 5, "line")
    assert (refund["is_date_known"], refund["state"]) == (True, "settled")
    assert refunds["C489435", 2]["net_amount"] == Decimal("2.5")
    assert [order["order_id"] for order in tables["orders"]] == ["489434"]


def test_credit_note_line_that_charges_becomes_an_adjustment_on_an_order(read: Callable[..., dict[str, Any]]) -> None:
    tables = read(row("C496350", code="M", price=373.57, customer=None), row("C496350", quantity=-1))

    (order,) = tables["orders"]
    (line,) = tables["order_lines"]
    assert (order["order_id"], order["total_gross_amount"]) == ("C496350", Decimal("373.57"))
    assert (line["line_type"], line["net_amount"]) == ("adjustment", Decimal("373.57"))
    assert [refund["net_amount"] for refund in tables["refunds"]] == [Decimal("2.5")]


LINE_TYPES = {
    **{code: line_type for code, (line_type, _, _) in SPECIAL_CODES.items()},
    "gift_0001_30": "gift_card",
    "M": "product",
    "m": "product",
    "PADS": "product",
    "DCGS0058": "product",
    "85123a": "product",
}
REFUND_KINDS = {
    **{code: kind for code, (_, kind, _) in SPECIAL_CODES.items()},
    "gift_0001_80": "adjustment",
    "TEST001": "adjustment",
    "M": "line",
    "85123a": "line",
}


@pytest.mark.parametrize(("code", "line_type"), LINE_TYPES.items())
def test_line_type_follows_from_the_stock_code(read: Callable[..., dict[str, Any]], code: str, line_type: str) -> None:
    tables = read(row("1", code=code, price=15), row("1"))

    lines = by_key(tables["order_lines"], "line_id")
    assert (lines["1"]["line_type"], lines["1"]["sku"], lines["2"]["line_type"]) == (line_type, code.upper(), "product")
    assert tables["orders"][0]["total_gross_amount"] == Decimal("17.5")


@pytest.mark.parametrize(("code", "kind"), REFUND_KINDS.items())
def test_refund_kind_follows_from_the_stock_code(read: Callable[..., dict[str, Any]], code: str, kind: str) -> None:
    (refund,) = read(row("C1", code=code, price=15, quantity=-1))["refunds"]

    assert refund["kind"] == kind
    is_postage = kind == "shipping"
    assert (refund["net_amount"], refund["shipping_net_amount"]) == ((0, 15) if is_postage else (15, 0))
    assert (refund["reason"] is None) == (kind == "line")


def test_bad_debt_is_an_adjustment_below_zero(read: Callable[..., dict[str, Any]]) -> None:
    tables = read(row("A506401", code="B", price=-53594.36, customer=None), row("A563185", code="B", price=11062.06))

    assert {line["line_type"] for line in tables["order_lines"]} == {"adjustment"}
    orders = by_key(tables["orders"], "order_id")
    assert orders["A506401"]["total_gross_amount"] == Decimal("-53594.36")
    assert tables["refunds"] == []


def test_article_below_zero_outside_credit_notes_is_an_adjustment(read: Callable[..., dict[str, Any]]) -> None:
    (line,) = read(row("1", quantity=-3))["order_lines"]

    assert (line["line_type"], line["net_amount"]) == ("adjustment", Decimal("-7.5"))


def test_test_articles_make_test_orders(read: Callable[..., dict[str, Any]]) -> None:
    tables = read(row("1", code="TEST001"), row("2", code="TEST002", price=0, customer=None), row("3"))

    assert {order["order_id"]: order["is_test"] for order in tables["orders"]} == {"1": True, "2": True, "3": False}


def test_stock_corrections_are_counted_and_not_orders(read: Callable[..., dict[str, Any]]) -> None:
    tables = read(
        row("1", quantity=-5, price=0, customer=None, description="damaged"),
        row("2", quantity=9, price=0, customer=None, description="found"),
        row("3", quantity=1, price=0, customer=None),
        row("3", quantity=1, price=4, customer=None),
        row("4", quantity=1, price=0),
    )

    assert tables["left_out"] == {"not_an_order: stock write-off": 1, "not_an_order: stock found": 1}
    assert [order["order_id"] for order in tables["orders"]] == ["3", "4"]
    assert len(tables["order_lines"]) == 3


def test_invoice_without_customer_is_a_guest_order(read: Callable[..., dict[str, Any]]) -> None:
    tables = read(row("1", customer=None))

    assert [order["customer_id"] for order in tables["orders"]] == [None]
    assert tables["customers"] == []


def test_identical_lines_of_one_invoice_are_kept(read: Callable[..., dict[str, Any]]) -> None:
    tables = read(row("1"), row("1"), row("1"))

    assert [line["line_id"] for line in tables["order_lines"]] == ["1", "2", "3"]
    assert tables["orders"][0]["total_gross_amount"] == Decimal("7.5")


def test_rows_in_both_sheets_are_delivered_once(read: Callable[..., dict[str, Any]]) -> None:
    both = [row("1", at="2010-12-02 10:00"), row("1", at="2010-12-02 10:00"), row("2", at="2010-12-03 10:00")]
    first = [row("0", at="2010-11-30 10:00"), row("0", at="2010-11-30 10:00")]
    last = [row("3", at="2010-12-04 10:00"), {**both[0], "sheet": SHEETS[1]}]

    tables = read(*first, *both, *({**r, "sheet": SHEETS[1]} for r in [*both, *last]))

    assert tables["left_out"] == {"repeat": 3}
    lines = by_key(tables["order_lines"], "order_id", "line_id")
    # The third copy of invoice 1's line in the second sheet has no fellow in the first: a line of its own.
    assert set(lines) == {("0", "1"), ("0", "2"), ("1", "1"), ("1", "2"), ("1", "3"), ("2", "1"), ("3", "1")}


def test_invoice_with_two_times_is_placed_at_the_earlier(read: Callable[..., dict[str, Any]]) -> None:
    (order,) = read(row("1", at="2010-03-01 10:16"), row("1", at="2010-03-01 10:15"))["orders"]

    assert order["placed_at"] == dt.datetime(2010, 3, 1, 10, 15)


def test_customer_lives_where_the_latest_order_went(read: Callable[..., dict[str, Any]]) -> None:
    tables = read(
        row("1", at="2010-03-01 10:00", country="EIRE"),
        row("2", at="2010-03-02 10:00", country="Cyprus"),
        row("C3", at="2010-03-03 10:00", country="Norway", quantity=-1),
        row("C4", customer=7, country="RSA", quantity=-1),
    )

    assert {row["customer_id"]: row["country"] for row in tables["customers"]} == {"13085": "CY", "7": "ZA"}


def test_country_without_a_code_is_empty_and_a_new_name_is_said(tmp_path: Path) -> None:
    rows = [row("1", country="Unspecified"), row("2", country="Atlantis"), row("3", country="USA")]
    source = open_file(write_parquet(tmp_path / "gifts.parquet", rows))

    orders = by_key(collect(source.read_placed(START, END))["orders"], "order_id")

    assert [orders[key]["country"] for key in "123"] == [None, None, "US"]
    assert len(source.warnings) == 1
    assert "'Atlantis'" in source.warnings[0]


def test_country_codes_are_two_capital_letters() -> None:
    codes = [code for code in COUNTRIES.values() if code]
    assert len(codes) == len(set(codes)) == 39
    assert all(len(code) == 2 and code.isupper() for code in codes)


def test_article_has_its_latest_name_without_blanks(read: Callable[..., dict[str, Any]]) -> None:
    tables = read(
        row("1", code="84596f", description="SMALL DOLLY MIX "),
        row("2", code="84596F", description=" DOLLY MIX BOWL"),
        row("3", code="84596F", description="thrown away", price=0, quantity=-1, customer=None),
        row("4", code="POST", description="POSTAGE"),
    )

    assert [(p["product_id"], p["title"]) for p in tables["products"]] == [("84596F", "DOLLY MIX BOWL")]
    assert "SMALL DOLLY MIX" in {line["title"] for line in tables["order_lines"]}


VARIED_ROWS = [
    row("489434", code="85048", price=6.95, at="2009-12-13 07:45", description='12" BALL, £'),
    row("489434", code="79323P", price=0.001, at="2009-12-13 07:45", description=None),
    row("489435", code="POST", price=18, at="2010-11-25 17:05", customer=None, country="EIRE"),
    row("C489436", code="85048", price=6.95, quantity=-2, at="2010-11-30 00:00", sheet=SHEETS[1]),
]


OLDER_NAMES = ["InvoiceNo", *NAMES[1:5], "UnitPrice", "CustomerID", "Country"]


@pytest.mark.parametrize(
    "write",
    [
        pytest.param(lambda p: write_xlsx(p / "g.xlsx", VARIED_ROWS), id="xlsx"),
        pytest.param(lambda p: write_csv(p / "g.csv", VARIED_ROWS), id="csv, ISO"),
        pytest.param(lambda p: write_csv(p / "g.csv", VARIED_ROWS, "%Y-%m-%dT%H:%M"), id="csv, ISO with T"),
        pytest.param(lambda p: write_csv(p / "g.csv", VARIED_ROWS, "%-m/%-d/%Y %-H:%M"), id="csv, month first"),
        pytest.param(lambda p: write_csv(p / "g.csv", VARIED_ROWS, "%m/%d/%y %H:%M"), id="csv, short year"),
        pytest.param(lambda p: write_csv(p / "g.csv", VARIED_ROWS, "%m/%d/%Y %I:%M:%S %p"), id="csv, 12 hours"),
        pytest.param(lambda p: write_csv(p / "g.csv", VARIED_ROWS, "%d/%m/%Y %H:%M"), id="csv, day first"),
        pytest.param(lambda p: write_csv(p / "g.csv", VARIED_ROWS, "%d-%m-%Y %H:%M:%S"), id="csv, day-month"),
        pytest.param(lambda p: write_csv(p / "g.csv", VARIED_ROWS, encoding="cp1252"), id="csv, cp1252"),
        pytest.param(lambda p: write_csv(p / "g.csv", VARIED_ROWS, encoding="utf-8-sig"), id="csv, marked UTF-8"),
        pytest.param(
            lambda p: write_csv(
                p / "g.csv",
                VARIED_ROWS,
                names=OLDER_NAMES,
            ),
            id="csv, older names",
        ),
    ],
)
def test_every_format_delivers_the_same(tmp_path: Path, write: Callable[[Path], Path]) -> None:
    parquet = open_file(write_parquet(tmp_path / "g.parquet", VARIED_ROWS))
    other = open_file(write(tmp_path))

    delivered = read_all(other, START, END)

    assert delivered == read_all(parquet, START, END)
    assert other.count(START, END).equals(parquet.count(START, END))
    assert len(delivered["order_lines"]) == 3
    assert delivered["order_lines"][0]["title"] == '12" BALL, £'


def test_dates_that_can_be_read_both_ways_are_refused(tmp_path: Path) -> None:
    rows = [row("1", at="2010-03-04 10:00"), row("2", at="2010-05-05 10:00")]
    source = open_file(write_csv(tmp_path / "g.csv", rows, "%m/%d/%Y %H:%M"))

    with pytest.raises(
        SourceError, match=r"'03/04/2010 10:00' and all other dates .* month/day/year .* day/month/year"
    ):
        source.count(START, END)


def test_dates_that_mean_the_same_both_ways_are_read(tmp_path: Path) -> None:
    rows = [row("1", at="2010-05-05 10:00")]
    source = open_file(write_csv(tmp_path / "g.csv", rows, "%d/%m/%Y %H:%M"))

    assert source.list_ids(START, END).to_pylist() == [{"order_date": dt.date(2010, 5, 5), "order_id": "1"}]


def test_date_written_otherwise_is_named(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "g.csv", [row("1"), row("2")])
    path.write_text(path.read_text(encoding="utf-8") + "3,85048,x,1,1 March 2010,2.5,,EIRE\n", encoding="utf-8")

    with pytest.raises(SourceError, match=r"g\.csv: row 4, column InvoiceDate: '1 March 2010' is not"):
        open_file(path).count(START, END)


@pytest.mark.parametrize(("column", "value"), [("Price", "2,50"), ("Quantity", "1.5"), ("Quantity", "many")])
def test_number_that_is_none_is_named(tmp_path: Path, column: str, value: str) -> None:
    path = write_csv(tmp_path / "g.csv", [row("1"), {**row("2"), column: value}])

    with pytest.raises(SourceError, match=rf"g\.csv: row 3, column {column}: '{value}' is not a"):
        open_file(path).count(START, END)


def test_missing_column_is_named_with_those_found(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "g.csv", [row("1")], names=[*NAMES[:5], "Cost", *NAMES[6:]])

    with pytest.raises(SourceError, match=r"the column Price or UnitPrice is missing\. Found: Invoice, .*Cost"):
        open_file(path).count(START, END)


@pytest.mark.parametrize(("name", "what"), [("g.xlsx", "not an xlsx file"), ("g.parquet", "cannot be read")])
def test_damaged_file_is_named(tmp_path: Path, name: str, what: str) -> None:
    whole = (write_xlsx if name.endswith("xlsx") else write_parquet)(tmp_path / name, VARIED_ROWS)
    whole.write_bytes(whole.read_bytes()[:-100])

    with pytest.raises(SourceError, match=rf"{name}: {what}"):
        open_file(whole).count(START, END)


def test_file_of_another_kind_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "g.ods"
    path.touch()

    with pytest.raises(SourceError, match=r"files of kind '\.ods' are not read"):
        open_file(path).count(START, END)


def test_csv_of_both_sheets_is_delivered_once_whatever_its_order(tmp_path: Path) -> None:
    overlap = [row(str(n // 3), code=str(20000 + n), at=f"2010-12-0{1 + n // 15} 10:00") for n in range(30)]
    overlap += overlap[:1]
    only_once = [row("90", code=str(30000 + n), at="2010-11-30 10:00") for n in range(12)]
    for name, rows in {
        "in turn": [*only_once, *overlap, *overlap],
        "mixed": sorted([*only_once, *overlap, *overlap], key=str),
    }.items():
        source = open_file(write_csv(tmp_path / f"{name}.csv", rows))

        sums = require_complete(source, dt.date(2010, 11, 30), dt.date(2010, 12, 3))

        assert sums["read"][0] == 12 + 2 * 31
        assert sums["repeat"] == (31, Decimal("77.5"))
        by_key(collect(source.read_placed(START, END))["order_lines"], "order_id", "line_id")


def test_day_whose_few_rows_stand_twice_is_left_alone(tmp_path: Path) -> None:
    rows = [row("1"), row("1"), row("1", code="22041"), row("1", code="22041")]
    source = open_file(write_csv(tmp_path / "g.csv", rows))

    assert len(collect(source.read_placed(START, END))["order_lines"]) == 4


def test_row_without_a_date_lies_on_the_first_day(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "g.csv", [row("1")])
    path.write_text(path.read_text(encoding="utf-8") + "2,85048,x,1,,2.5,,EIRE\n", encoding="utf-8")

    orders = by_key(collect(open_file(path).read_placed(START, END))["orders"], "order_id")

    assert (orders["2"]["placed_at"], orders["2"]["order_date"]) == (None, START)


def test_an_earlier_today_hides_what_came_later(tmp_path: Path) -> None:
    rows = [row("1", at="2010-03-01 10:00", country="EIRE"), row("2", at="2010-03-02 10:00", country="Cyprus")]
    path = write_parquet(tmp_path / "g.parquet", rows)

    tables = read_all(open_file(path, as_of=dt.date(2010, 3, 2)), START, END)

    assert [order["order_id"] for order in tables["orders"]] == ["1"]
    assert [customer["country"] for customer in tables["customers"]] == ["IE"]


@pytest.fixture(scope="module")
def real() -> Iterator[OnlineRetail]:
    if not REAL_FILE.is_file():
        pytest.skip("the file online_retail_II.parquet is not here")
    with closing(OnlineRetail(make_settings(REAL_FILE.resolve()))) as source:
        yield source


def test_real_file_is_delivered_to_the_last_row_and_penny(real: OnlineRetail) -> None:
    row_count, amount, ids = 0, Decimal(0), set()
    for batch in real.read_placed(START, END):
        assert batch.tables["order_lines"].num_rows <= 250_000
        tables = {name: _sums(batch.tables[name]) for name in ("order_lines", "refunds")}
        row_count += tables["order_lines"][0] + tables["refunds"][0]
        amount += tables["order_lines"][1] - tables["refunds"][1]
        ids |= set(batch.tables["orders"]["order_id"].to_pylist())
    left_out: dict[str, list[Any]] = {}
    for count in real.count(START, END).to_pylist():
        rows_so_far, amount_so_far = left_out.setdefault(count["entry"], [0, Decimal(0)])
        left_out[count["entry"]] = [rows_so_far + count["row_count"], amount_so_far + count["amount"]]

    assert left_out.pop("read") == [1_067_371, Decimal("19287250.568")]
    assert left_out == {
        "repeat": [22_523, Decimal("377488.45")],
        "not_an_order: stock write-off": [3_393, 0],
        "not_an_order: stock found": [1_912, 0],
    }
    assert row_count + sum(rows for rows, _ in left_out.values()) == 1_067_371
    assert amount + sum(value for _, value in left_out.values()) == Decimal("19287250.568")
    assert len(ids) == real.list_ids(START, END).num_rows == 40_090
    assert real.warnings == []


def test_real_file_reads_the_same_in_other_batches_and_as_csv(real: OnlineRetail, tmp_path: Path) -> None:
    import duckdb

    start, end = dt.date(2010, 11, 29), dt.date(2010, 12, 4)
    columns = ", ".join(f'"{name}"' for name in NAMES)
    part = f"from '{REAL_FILE}' where InvoiceDate >= '2010-11-29' and InvoiceDate < '2010-12-04'"
    path = tmp_path / "part.csv"
    with duckdb.connect() as db:
        db.execute(f"copy (select {columns} {part} order by sheet, InvoiceDate) to '{path}' (format csv, header)")
    settings = make_settings(path).model_copy(update={"extract": Extract.model_construct(batch_rows=3_000)})

    batches = list(opened(OnlineRetail(settings)).read_placed(start, end))
    expected = collect(real.read_placed(start, end))
    delivered = collect(batches)

    assert len(batches) > 3
    assert delivered["orders"] == expected["orders"]
    assert len(delivered["order_lines"]) == len(expected["order_lines"])
    assert money(delivered) == money(expected)


def _sums(table: Any) -> tuple[int, Decimal]:
    import pyarrow.compute as pc

    amounts = [name for name in ("net_amount", "shipping_net_amount") if name in table.schema.names]
    return table.num_rows, sum((pc.sum(table[name]).as_py() or Decimal(0) for name in amounts), Decimal(0))
