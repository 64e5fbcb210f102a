"""Bad input, one kind after the other: what people are told, what is kept out of the warehouse, and that it comes back.

Nights without marts (extract, validate, load). The detail of each rule is pinned in tests/validation and
sources/test_files.py, the home's lock in test_home.py; here it is the way from the shop's files to `raw` and back.
"""

from __future__ import annotations

import copy
import datetime as dt
import logging
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipelines import contract
from pipelines.errors import BatchRejected, SourceError
from pipelines.landing import quarantine, store
from pipelines.publishing import publish
from pipelines.settings import PROJECT_ROOT
from pipelines.validation import validate
from pipelines.warehouse import load
from tests.support.builders import Row, cost, edit, line, order, payment, refund, tax_line
from tests.support.nights import query, take_in
from tests.support.shops import make_settings, write_shop

SHOP = {"as_of": dt.date(2024, 1, 25)}
TABLES = tuple(table.name for table in contract.ORDER_TABLES)
COMPULSORY = ("order_lines", "orders")

Tables = dict[str, list[Row]]


def an_order(order_id: str, day: int, total: Any = 10, **columns: Any) -> Row:
    """An order of a day in January, never changed since."""
    at = f"2024-01-{day:02} 12:00:00"
    return {**order(order_id, at, total=total, updated_at=at), **columns}


def whole(order_id: str, day: int, total: Any = 10, **columns: Any) -> Tables:
    """An order of one line, part of which was refunded, with all that an order may have beside."""
    at = f"2024-01-{day:02} 14:00:00"
    return {
        "orders": [an_order(order_id, day, total, **columns)],
        "order_lines": [line(order_id)],
        "refunds": [refund(f"r-{order_id}", at, order_id, 1)],
        "order_edits": [edit(order_id, at, -2)],
        "tax_lines": [tax_line(order_id)],
        "payments": [payment(order_id, amount=8, paid_at=at)],
        "order_costs": [cost(order_id, cost_id="1")],
    }


def merged(*parts: Tables) -> Tables:
    return copy.deepcopy({name: [row for part in parts for row in part.get(name, [])] for name in TABLES})


GOOD = merged(*(whole(f"good-{day}", day) for day in (3, 8, 22)))


def raw(settings) -> dict[str, list[str]]:
    """The keys that `raw` holds."""
    if not settings.warehouse_path.exists():
        return {name: [] for name in TABLES}
    keys = {name: " || '/' || ".join(contract.TABLES[name].key) for name in TABLES}
    # One question: to open the file takes longer than to read it.
    found = query(settings, " union all ".join(f"select '{name}', {keys[name]} from raw.{name}" for name in keys))
    return {name: sorted(key for table, key in found if table == name) for name in keys}


def keys_of(tables: Tables) -> dict[str, list[str]]:
    """The keys that `raw` should hold if all these rows are good."""
    return {
        name: sorted({"/".join(str(row.get(key, 1)) for key in contract.TABLES[name].key) for row in tables[name]})
        for name in TABLES
    }


def counts(settings) -> dict[str, tuple[int, ...]]:
    """Rows read, accepted, quarantined and repeated, as the warehouse has them on record."""
    sums = ", ".join(f"sum({what}_count)::bigint" for what in ("read", "accepted", "quarantined", "repeated"))
    rows = query(settings, f"select table_name, {sums} from raw.validations where rule = 'all rules' group by all")
    return {name: tuple(figures) for name, *figures in rows}


def require_counts_add_up(settings, tables: Tables) -> None:
    """Every row of the shop's files is loaded, in quarantine, or a repeat."""
    loaded, kept = raw(settings), kept_back(settings)
    for name, (read, accepted, quarantined, repeated) in counts(settings).items():
        assert read == accepted + quarantined + repeated, name
        assert read == len(tables[name]), name
        assert accepted == len(loaded[name]), name
        assert quarantined == len({row[:3] for row in kept if row[1] == name}), name


def kept_back(settings) -> list[tuple[Any, ...]]:
    """Day, table, number of the row, its key, rule, column and value of all that is in quarantine."""
    files = sorted((settings.quarantine_path / "days").glob("*.parquet"))
    columns = "order_date, table_name, row_number, row_key, rule, column_name, value"
    return [row for file in files for row in duckdb.sql(f"select {columns} from '{file}' order by all").fetchall()]


@dataclass(frozen=True)
class Fault:
    """Rows with a fault, what is kept back because of it, what people read, and the rows once they are corrected.

    Attributes:
        bad: As the shop delivers them first.
        rule: The rule broken, by table and name, with the contract's column and the value shown.
        words: Of the rule and of what to do.
        kept: Key and rule of each row kept back, by table.
        corrected: As the shop delivers them afterwards.
    """

    bad: Tables
    rule: tuple[str, str, str, str | None]
    words: tuple[str, str]
    kept: dict[str, list[tuple[str, str]]]
    corrected: Tables = field(default_factory=dict)


def with_it(order_id: str) -> dict[str, list[tuple[str, str]]]:
    """What goes with an order into quarantine."""
    return {
        table.name: [(f"{'r-' if table is contract.REFUNDS else ''}{order_id}/1", "with_its_order")]
        for table in contract.ORDER_PARTS
    }


FAULTS = {
    "unknown enum": Fault(
        whole("enum", 4, status="shipped"),
        ("orders", "status_known", "status", "shipped"),
        ("one of draft, pending, authorised", "Map the shop's word"),
        {"orders": [("enum", "status_known")], **with_it("enum")},
        whole("enum", 4),
    ),
    "NULL key": Fault(
        {"orders": [an_order("", 5, 0)], "order_lines": [line("")]},
        ("orders", "order_id_not_null", "order_id", None),
        ("has a value in order_id", "Correct it in the shop"),
        {"orders": [("?", "order_id_not_null")], "order_lines": [("?/1", "order_id_not_null")]},
        {"orders": [an_order("named", 5)], "order_lines": [line("named")]},
    ),
    "double key": Fault(
        merged(whole("twice", 6), {"orders": [an_order("twice", 6, "10.01")]}),
        ("orders", "order_id_unique", "order_id", "twice"),
        ("same order_id, even on different days", "Find out which row is right"),
        {"orders": [("twice", "order_id_unique")] * 2, **with_it("twice")},
        whole("twice", 6),
    ),
    "line without order": Fault(
        {"order_lines": [line("nowhere")]},
        ("order_lines", "line_has_order", "order_id", "nowhere"),
        ("comes with its order", "Deliver the order, or remove its lines"),
        {"order_lines": [("nowhere/1", "line_has_order")]},
        whole("nowhere", 7),
    ),
    "payment without order": Fault(
        {"payments": whole("unpaid", 7)["payments"]},
        ("payments", "payment_has_order", "order_id", "unpaid"),
        ("comes with its order", "Deliver the order, or remove its rows from payments"),
        {"payments": [("unpaid/1", "payment_has_order")]},
        whole("unpaid", 7),
    ),
    "order that does not add up": Fault(
        whole("sum", 9, "12.50"),
        ("orders", "order_adds_up", "total_gross_amount", "12.5000, but its parts add up to 10.0000"),
        ("total_gross_amount is the sum of the order's lines", "a line is missing, doubled or changed"),
        {"orders": [("sum", "order_adds_up")], **with_it("sum")},
        whole("sum", 9),
    ),
    "date in the future": Fault(
        whole("future", 10, placed_at="2024-06-10 12:00:00"),
        ("orders", "placed_not_in_future", "placed_at", "2024-06-10 12:00:00"),
        ("later than today", "Correct the date"),
        {"orders": [("future", "placed_not_in_future")], **with_it("future")},
        whole("future", 10),
    ),
}
REPEAT: Tables = {"order_lines": [line("good-3")]}
FAULTY = merged(GOOD, REPEAT, *(fault.bad for fault in FAULTS.values()))
CORRECTED = merged(GOOD, REPEAT, *(fault.corrected for fault in FAULTS.values()))


@pytest.fixture(scope="module")
def faulty_shop(tmp_path_factory):
    """A shop with every fault that keeps rows back, beside good orders and a line that is delivered twice."""
    settings = make_settings(tmp_path_factory.mktemp("faulty"), shop=SHOP)
    write_shop(settings.source.path, **FAULTY)
    take_in(settings)
    return settings


@pytest.fixture(scope="module")
def report(faulty_shop):
    """What the asset checks show: days in quarantine are looked at every night."""
    return validate.validate_landing(faulty_shop)


@pytest.fixture(scope="module")
def corrected_shop(faulty_shop, tmp_path_factory):
    """The same shop one night after its files were corrected, without a stamp that would say so."""
    settings = copied(faulty_shop, tmp_path_factory.mktemp("corrected"))
    write_shop(settings.source.path, **CORRECTED)
    take_in(settings)
    return settings


def copied(settings, folder: Path):
    shutil.copytree(settings.home.parent, folder, dirs_exist_ok=True)
    return make_settings(folder, shop=SHOP)


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_a_fault_keeps_its_whole_order_out_of_the_warehouse(faulty_shop, fault):
    loaded = raw(faulty_shop)
    kept = [(row[1], row[3], row[4]) for row in kept_back(faulty_shop)]
    for name, rows in fault.kept.items():
        for key, rule in rows:
            assert key not in loaded[name]
            assert kept.count((name, key, rule)) == rows.count((key, rule))


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_a_fault_is_shown_with_its_key_value_rule_and_what_to_do(faulty_shop, report, fault):
    table, name, column, value = fault.rule
    (check,) = (c for c in report.checks if (c.rule.table, c.rule.name) == (table, name))
    key = fault.kept[table][0][0]
    assert {"key": key, "column": column, "value": value or ""}.items() <= check.examples[0].items()
    assert fault.words[0] in check.rule.text
    assert fault.words[1] in check.rule.what_to_do
    assert (table, key, name, column, value) in {(row[1], *row[3:]) for row in kept_back(faulty_shop)}


def test_nothing_but_the_faults_is_kept_back_and_counts_add_up(faulty_shop):
    expected = {name: sum(len(fault.kept.get(name, [])) for fault in FAULTS.values()) for name in TABLES}
    assert {name: quarantined for name, (_, _, quarantined, _) in counts(faulty_shop).items()} == expected
    assert raw(faulty_shop) == keys_of(GOOD)
    assert counts(faulty_shop)["order_lines"][3] == 1
    require_counts_add_up(faulty_shop, FAULTY)


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_a_corrected_order_comes_back_by_itself(corrected_shop, fault):
    loaded = raw(corrected_shop)
    for name, keys in keys_of(merged(fault.corrected)).items():
        assert set(keys) <= set(loaded[name])


def test_after_the_correction_nothing_is_left_in_quarantine(corrected_shop):
    assert raw(corrected_shop) == keys_of(CORRECTED)
    assert [path.name for path in corrected_shop.quarantine_path.rglob("*.parquet")] == ["validated.parquet"]
    require_counts_add_up(corrected_shop, CORRECTED)


def test_an_account_without_a_key_waits_in_quarantine_does_not_pile_up_and_comes_back(tmp_path):
    settings = make_settings(tmp_path, shop=SHOP)
    accounts = [{"customer_id": "c1", "country": "NL"}, {"customer_id": "", "country": "BE"}]
    write_shop(settings.source.path, **GOOD, customers=accounts)
    loaded = "select customer_id, country from raw.customers order by all"
    for _ in range(2):
        take_in(settings)
        assert query(settings, loaded) == [("c1", "NL")]
        assert counts(settings)["customers"] == (2, 1, 1, 0)
        kept = duckdb.sql(f"select rule, row_json from '{quarantine.keyed_file(settings)}'").fetchall()
        assert [(rule, '"country":"BE"' in row) for rule, row in kept] == [("customer_id_not_null", True)]
    accounts[1]["customer_id"] = "c2"
    write_shop(settings.source.path, customers=accounts)
    take_in(settings)
    assert query(settings, loaded) == [("c1", "NL"), ("c2", "BE")]
    assert counts(settings)["customers"] == (2, 2, 0, 0)
    assert not quarantine.keyed_file(settings).exists()


@pytest.fixture(scope="module")
def good_home(tmp_path_factory):
    settings = make_settings(tmp_path_factory.mktemp("good"), shop=SHOP)
    write_shop(settings.source.path, **GOOD)
    take_in(settings)
    return settings


@pytest.fixture
def settings(good_home, tmp_path):
    """A shop after a good night."""
    return copied(good_home, tmp_path)


def one_more_order(**columns: Any) -> Tables:
    return merged(GOOD, whole("new", 23, **columns))


def many_bad_orders() -> Tables:
    """One more than a batch may have, beside a good one."""
    return merged(one_more_order(), *(whole(f"bad-{number:02}", 23, "12") for number in range(11)))


@pytest.mark.parametrize(
    ("tables", "words"),
    [
        (
            one_more_order(currency="USD"),
            [
                "orders: currency_can_be_converted",
                "currency, EUR",
                "1 of 1 rows",
                "2024-01-23, new: currency = USD, without a rate on or before 2024-01-23",
                "add its rates to exchange_rates",
                "correct the export",
                "set shop.currency",
            ],
        ),
        (
            many_bad_orders(),
            [
                "orders: within_quarantine_limit",
                "11 of 12 rows (91.7%)",
                "more than the limit of 1.0% (order_adds_up: 11)",
                "2024-01-23, bad-00: total_gross_amount = 12.0000, but its parts add up to 10.0000",
                "Look at the rules of this table that failed",
                "raise validation.quarantine_limit_rate",
            ],
        ),
    ],
    ids=["currency without a rate", "1 % limit passed"],
)
def test_of_a_rejected_batch_nothing_is_loaded_until_it_is_corrected(settings, tables, words):
    write_shop(settings.source.path, **tables)
    before = counts(settings)
    for _ in range(2):
        with pytest.raises(BatchRejected) as caught:
            take_in(settings)
        for text in [*words, str(quarantine.rejected_file(settings)), "docs/runbook.md, 'A batch was rejected'"]:
            assert text in str(caught.value)
        load.load_accepted(settings)
        assert raw(settings) == keys_of(GOOD)
        assert counts(settings) == before
    assert quarantine.rejected_file(settings).exists()
    for row in tables["orders"]:
        row |= {"currency": "EUR", "total_gross_amount": "10"}
    write_shop(settings.source.path, **tables)
    take_in(settings)
    assert raw(settings) == keys_of(tables)
    assert not quarantine.rejected_file(settings).exists()
    require_counts_add_up(settings, tables)


def test_a_rejected_history_is_read_again_though_no_stamp_says_that_it_was_corrected(tmp_path):
    settings = make_settings(tmp_path, shop=SHOP)
    tables = merged(GOOD, whole("dollars", 5, currency="USD"))
    write_shop(settings.source.path, **tables)
    with pytest.raises(BatchRejected, match="currency = USD"):
        take_in(settings)
    assert raw(settings) == {name: [] for name in TABLES}
    tables["orders"][-1]["currency"] = "EUR"
    write_shop(settings.source.path, **tables)
    take_in(settings)
    assert raw(settings) == keys_of(tables)


def test_an_order_in_another_currency_is_loaded_the_night_after_its_rates_are_there(settings):
    tables = one_more_order(currency="USD")
    write_shop(settings.source.path, **tables)
    with pytest.raises(BatchRejected, match="exchange_rates"):
        take_in(settings)
    rates = [{"currency": "USD", "rate_date": "2024-01-19", "rate": "0.918273645"}]
    write_shop(settings.source.path, exchange_rates=rates)
    take_in(settings)
    assert raw(settings) == keys_of(tables)
    assert query(settings, "select currency, rate_date, rate::varchar from raw.exchange_rates") == [
        ("USD", dt.date(2024, 1, 19), "0.918273645")
    ]


def test_a_table_that_the_shop_does_not_have_is_empty_in_the_warehouse_with_all_its_columns(tmp_path):
    settings = make_settings(tmp_path, shop=SHOP)
    write_shop(settings.source.path, orders=GOOD["orders"], order_lines=GOOD["order_lines"])
    take_in(settings)
    for table in contract.TABLES.values():
        columns = query(settings, f"select column_name, column_type from (describe raw.{table.name})")
        first = [("source_id", "VARCHAR"), *([("order_date", "DATE")] if table.is_by_day else [])]
        own = [(c.landed_name, contract.DUCKDB_TYPES[c.type]) for c in table.columns]
        assert columns == [*first, *own, (contract.EXTRACTED_AT, "TIMESTAMP")]
        is_delivered = table.name in ("orders", "order_lines", "source_counts")
        assert bool(query(settings, f"select 1 from raw.{table.name} limit 1")) == is_delivered


def drop_a_column(folder: Path) -> None:
    path = folder / "orders.csv"
    path.write_text(path.read_text().replace("total_gross_amount", "sum"))


def write_words_for_money(folder: Path) -> None:
    path = folder / "order_lines.csv"
    path.write_text(path.read_text().replace("good-8,1,1,10", "good-8,1,1,ten euro"))


def cut_off(folder: Path) -> None:
    rows = [{**row, "quantity": 1, "net_amount": 10} for row in one_more_order()["order_lines"]]
    (folder / "order_lines.csv").unlink()
    path = folder / "order_lines.parquet"
    pq.write_table(pa.Table.from_pylist(rows), path)
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])


@pytest.mark.parametrize(
    ("spoil", "file", "words"),
    [
        (
            drop_a_column,
            "orders.csv",
            [
                "the column 'total_gross_amount' is missing",
                "Add it to the export: ",
                "Found: order_id, placed_at, status, currency, customer_id, country, sales_channel, sum, updated_at.",
            ],
        ),
        (
            write_words_for_money,
            "order_lines.csv",
            ["row 3, column net_amount: 'ten euro' is not an amount", "decimals with a point"],
        ),
        (cut_off, "order_lines.parquet", ["cannot be read", "cut off, export it again"]),
    ],
    ids=["missing required column", "text in a money column", "truncated Parquet file"],
)
def test_a_file_that_cannot_be_read_lands_nothing_and_is_read_once_mended(settings, spoil, file, words):
    folder = settings.source.path
    write_shop(folder, **one_more_order())
    spoil(folder)
    landed, before = store.landed_days(settings), counts(settings)
    with pytest.raises(SourceError) as caught:
        take_in(settings)
    assert str(caught.value).startswith(str(folder / file))
    for text in words:
        assert text in str(caught.value)
    assert store.landed_days(settings) == landed
    load.load_accepted(settings)
    assert (raw(settings), counts(settings)) == (keys_of(GOOD), before)
    (folder / file).unlink()
    write_shop(folder, **one_more_order())
    take_in(settings)
    assert raw(settings) == keys_of(one_more_order())
    require_counts_add_up(settings, one_more_order())


def test_a_csv_in_cp1252_is_read_right_and_said(settings, caplog):
    folder = settings.source.path
    tables = one_more_order()
    tables["order_lines"][-1]["title"] = "Crème brûlée à € 5 – petit"
    write_shop(folder, **tables)
    path = folder / "order_lines.csv"
    path.write_bytes(path.read_text(encoding="utf-8").encode("cp1252"))
    with caplog.at_level(logging.WARNING, "klantwaarde"):
        take_in(settings)
    titles = query(settings, "select title from raw.order_lines where order_id = 'new'")
    assert titles == [("Crème brûlée à € 5 – petit",)]
    assert f"{path}: is not UTF-8; read as cp1252. Save it as 'CSV UTF-8' if names look wrong." in caplog.messages
    require_counts_add_up(settings, tables)


def test_an_empty_shop_loads_nothing_and_its_first_order_the_night_after(tmp_path):
    settings = make_settings(tmp_path, shop=SHOP)
    write_shop(settings.source.path, **GOOD)
    for name in TABLES:
        path = settings.source.path / f"{name}.csv"
        path.write_text(path.read_text().splitlines()[0])
    take_in(settings)
    assert raw(settings) == {name: [] for name in TABLES}
    assert counts(settings) == dict.fromkeys(COMPULSORY, (0, 0, 0, 0))
    write_shop(settings.source.path, **whole("first", 24))
    take_in(settings)
    assert raw(settings) == keys_of(whole("first", 24))
    require_counts_add_up(settings, whole("first", 24))


def test_a_day_without_orders_is_on_record_and_takes_a_late_order(settings):
    of_the_day = "select table_name, read_count from raw.validations where order_date = '2024-01-05' order by all"
    assert query(settings, of_the_day) == [(name, 0) for name in COMPULSORY]
    assert query(settings, "select count(distinct order_date) from raw.validations") == [(24,)]
    tables = merged(GOOD, whole("late", 5, updated_at="2024-01-24 12:00:00"))
    write_shop(settings.source.path, **tables)
    take_in(settings)
    assert raw(settings) == keys_of(tables)
    assert query(settings, of_the_day) == [(name, 1) for name in sorted(TABLES)]
    require_counts_add_up(settings, tables)


FULL_DISK = """
import resource, signal
from contextlib import closing
from pathlib import Path
from pipelines.extraction import extract
from pipelines import home
from pipelines.warehouse import load
from pipelines.publishing import publish
from pipelines.sources.source import open_source
from tests.support.builders import Row, cost, edit, line, order, payment, refund, tax_line
from tests.support.nights import NOW
from tests.nights.test_bad_input import SHOP
from tests.nights.test_bad_input import make_settings

settings = make_settings(Path({folder!r}), shop=SHOP)
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
with home.locked(settings, {stage!r}), closing(open_source(settings)) as source:
    resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, {limit}))
    {call}
"""


@pytest.mark.parametrize(
    ("stage", "call", "limit"),
    [
        ("extract", "extract.extract_changes(settings, source, NOW)", 1_500),
        ("load", "load.load_accepted(settings)", 20_000),
        ("publish", "publish.publish(settings, 'on a full disk')", 20_000),
    ],
)
def test_a_disk_that_fills_up_in_a_stage_says_so_and_the_next_night_repairs_it(settings, stage, call, limit):
    """A limit on the size of files is what a full disk looks like to a program, and only a process can bear it."""
    with duckdb.connect(str(settings.warehouse_path)) as db:
        db.execute("create schema marts")
        db.execute("create table marts.orders as select i, md5(i::varchar) as text from range(20000) as t (i)")
    published = publish.publish(settings, "good").path
    tables = merged(GOOD, *(whole(f"new-{number}", 23) for number in range(200)))
    write_shop(settings.source.path, **tables)
    if stage == "load":
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("tests.support.nights.load_accepted", lambda _: None)
            take_in(settings)
    before = raw(settings)
    code = FULL_DISK.format(folder=str(settings.home.parent), stage=stage, call=call, limit=limit)
    done = subprocess.run([sys.executable, "-c", code], cwd=PROJECT_ROOT, capture_output=True, text=True, check=False)
    (message,) = (text for text in done.stderr.splitlines() if text.startswith("pipelines.errors.HomeError: "))
    assert f"{settings.home}: cannot be written: " in message
    assert "File too large" in message
    assert "Free disk space or correct the folder's permissions, then run again. The last good marts stay" in message
    assert settings.published_path.resolve() == published
    assert len(duckdb.sql(f"from '{published / 'marts' / 'orders.parquet'}'").fetchall()) == 20_000
    if stage != "load":
        assert raw(settings) == before == keys_of(GOOD)
    take_in(settings)
    assert raw(settings) == keys_of(tables)
    require_counts_add_up(settings, tables)
    assert publish.publish(settings, "again").path != published
