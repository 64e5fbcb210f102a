"""The doctor names every problem of a shop at once, whatever it is about, and nothing that follows from another."""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from pipelines.contract.orders import ORDER_STATUSES
from pipelines.doctor import sample, statuses
from pipelines.doctor.examine import examine
from pipelines.doctor.report import Report
from pipelines.errors import SettingsError, SourceError
from pipelines.settings import PROJECT_ROOT, examine_settings, load_settings, shop_path
from pipelines.settings.definitions import Definitions
from tests.support.builders import line, order, refund
from tests.support.memory_source import MemoryShop, UncountedShop, whole_order
from tests.support.shops import settings_text, write_shop

AS_OF = "2024-02-01"


@pytest.fixture(autouse=True)
def own_home(tmp_path, monkeypatch):
    monkeypatch.setenv("KLANTWAARDE_HOME", str(tmp_path / "home"))


def write(folder: Path, sections: str = "", as_of: str = AS_OF, **tables: Any) -> Path:
    """A shop of csv files, whose settings are at the path returned."""
    write_shop(folder / "shop", **tables)
    path = folder / "bakery.toml"
    path.write_text(settings_text(as_of, kind="files", path=str(folder / "shop"), naive_instants="utc") + sections)
    return path


def look(path: Path) -> Report:
    return examine(path, {})


def clean_orders(count: int = 20) -> dict[str, Any]:
    orders = [order(f"A{n}", f"2024-01-{n + 2:02}", f"customer {n % 7}", total=10) for n in range(count)]
    return {"orders": orders, "order_lines": [line(row["order_id"]) for row in orders]}


def planted(tables: dict[str, Any], table: str, number: int, **values: Any) -> None:
    """Replace values of a row; a column that only it has is there, empty, in the others."""
    tables[table][number] = {**tables[table][number], **values}


def test_a_clean_shop_has_no_problem(tmp_path):
    report = look(write(tmp_path, **clean_orders()))

    assert report.problems == []
    assert report.exit_code == 0
    text = str(report)
    assert text.endswith("No problem was found.")
    assert "the oldest is of 2024-01-02, the newest of 2024-01-21" in text
    assert "31 days from 2024-01-01 on: 20 orders, 20 lines, 0 refunds, which is all" in text
    assert "on 31 of 31 days the shop's own count is what was read" in text
    assert "EUR in all orders" in text
    assert "paid, 20 orders: revenue from its day; refunds are subtracted" in text
    assert not (tmp_path / "home").exists()


def test_ten_planted_problems_are_ten_problems(tmp_path):
    tables = clean_orders()
    # In the rows: an unknown status, a wrong total, a line without an order, a date in the future.
    planted(tables, "orders", 3, status="shipped")
    planted(tables, "orders", 4, total_gross_amount=99)
    tables["order_lines"].append(line("nobody's"))
    planted(tables, "orders", 5, placed_at="2031-01-01 12:00:00")
    # In the cells: a word for an amount, twice; a date that is none.
    planted(tables, "order_lines", 6, net_amount="ten")
    planted(tables, "order_lines", 7, net_amount="eleven")
    planted(tables, "orders", 8, placed_at="05-03-2024")
    # In a column and in a table.
    refunds = [{"refund_id": "R1", "order_id": "A9", "net_amount": 1}]
    sections = "\n[schedule]\nnigthly = '01:00'\n\n[extract]\nlook_back_days = 0\n"
    path = write(tmp_path, sections, **tables, refunds=refunds)
    (tmp_path / "shop" / "payments.csv").write_text("order_id,payment_id,kind,amount\nA1,1,card\n")

    report = look(path)

    texts = [problem.text for problem in report.problems]
    wanted = [
        "schedule.nigthly: unknown setting (did you mean 'nightly'?)",
        "extract.look_back_days = 0: ",
        "order_lines.csv: row 8, column net_amount: 'ten' is not an amount",
        "orders.csv: row 10, column placed_at: '05-03-2024' is not an instant",
        "refunds.csv: the column 'refunded_at' is missing.",
        "payments.csv: row 2 has 3 values, the header has 4",
        "orders.status_known: broken by 1 of",
        "orders.order_adds_up: broken by 1 of",
        "orders.placed_not_in_future: broken by 1 of",
        "order_lines.line_has_order: broken by 1 of",
    ]
    for part in wanted:
        assert sum(part in text for text in texts) == 1, part
    # Nothing else is named: no order is short of the line that could not be read.
    assert len(texts) == len(wanted), texts
    cells = next(text for text in texts if "'ten'" in text)
    assert cells.endswith(" 2 values of this column are wrong; the next: row 9: 'eleven'.")
    status = next(text for text in texts if "status_known" in text)
    assert "Seen: status = 'shipped' in 1 row, for example A3." in status
    assert report.exit_code == 2
    assert str(report).endswith("\n10 problems.")


def test_each_unknown_status_is_named_with_its_orders(tmp_path):
    tables = clean_orders()
    words = ["shipped", "shipped", "on-hold", "wc-pending", "done", "new", "odd", "shipped"]
    for number, word in enumerate(words):
        planted(tables, "orders", number, status=word)

    report = look(write(tmp_path, **tables))

    text = next(problem.text for problem in report.problems if "status_known" in problem.text)
    assert text.count("Seen: ") == 6
    assert "Seen: status = 'shipped' in 3 rows, for example A0." in text
    assert "shipped, 3 orders: unknown: the order is kept back" in str(report)


def test_the_rules_are_not_tried_without_a_table_that_a_shop_must_have(tmp_path):
    path = write(tmp_path, **clean_orders(), refunds=[refund("R1", "2024-01-05", "A1", net="x")])
    (tmp_path / "shop" / "order_lines.csv").unlink()

    report = look(path)

    assert [problem.severity for problem in report.problems] == ["refused", "refused"]
    assert "order_lines.csv or " in report.problems[0].text
    assert "refunds.csv: row 2, column net_amount: 'x' is not an amount" in report.problems[1].text
    assert ("rules", "not tried: the source could not be read") in report.facts
    assert report.exit_code == 1


def test_a_missing_column_is_not_also_a_problem_of_each_row(tmp_path):
    tables = clean_orders()
    tables["orders"] = [{k: v for k, v in row.items() if k != "status"} for row in tables["orders"]]

    (problem,) = look(write(tmp_path, **tables)).problems

    assert "the column 'status' is missing" in problem.text


def test_a_wrong_setting_that_has_no_default_ends_the_look(tmp_path):
    path = write(tmp_path, **clean_orders())
    path.write_text(path.read_text().replace("Europe/Amsterdam", "Europe/Amsterdm").replace("EUR", "euro"))

    report = look(path)

    assert len(report.problems) == 2
    assert report.exit_code == 2
    assert ("source", "not opened: the settings do not say which") in report.facts


def test_the_home_of_another_shop_is_a_problem(tmp_path):
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "shop.json").write_text(json.dumps({"id": "x", "currency": "EUR", "source_kind": "files"}))

    (problem,) = look(write(tmp_path, **clean_orders())).problems

    assert "belongs to shop 'x'" in problem.text


def test_a_zone_that_contradicts_the_hours_is_a_problem(tmp_path):
    # Sixty orders from 14:30 to 21:30 UTC, which is 23:30 to 6:30 in Tokyo: six of these eight hours are night.
    orders = [order(f"A{n}", f"2024-01-{n % 20 + 2:02} {14 + n % 8}:30:00") for n in range(60)]
    path = write(tmp_path, orders=orders, order_lines=[line(row["order_id"]) for row in orders])
    path.write_text(path.read_text().replace("Europe/Amsterdam", "Asia/Tokyo"))

    (problem,) = look(path).problems

    assert problem.severity == "warn"
    assert problem.text.startswith(
        "75% of the orders were placed between midnight and 6:00 in Asia/Tokyo; with clocks 7 hours back"
    )


def test_a_shop_without_orders_is_a_problem_and_no_crash(tmp_path):
    path = write(tmp_path, orders=[order("A1", "2019-01-01", total=10)], order_lines=[line("A1")])

    report = look(path)

    assert ("orders", "none") in report.facts
    assert any("No order lies between shop.start_date (2024-01-01) and 2024-02-01" in p.text for p in report.problems)


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (SettingsError("BREAD_TOKEN: this environment variable is not set."), 2),
        (SourceError("https://bread.example: does not answer.\nIts certificate has expired."), 1),
        (ConnectionError("no route"), 1),
    ],
)
def test_a_shop_that_cannot_be_reached_is_a_problem_for_each_line_of_the_reason(tmp_path, monkeypatch, error, code):
    def refuse(settings):
        raise error

    monkeypatch.setattr("pipelines.doctor.examine.open_source", refuse)

    report = look(write(tmp_path, **clean_orders()))

    assert [problem.text for problem in report.problems] == str(error).splitlines()
    assert report.exit_code == code


# Sources that can neither count nor be examined


def settings_of(folder):
    (folder / "bakery.toml").write_text(settings_text("2024-03-01", kind="demo"))
    return load_settings(folder / "bakery.toml")


def test_reading_goes_back_until_there_are_orders_enough(tmp_path, monkeypatch):
    monkeypatch.setattr(sample, "ENOUGH_ORDERS", 3)
    days = [dt.date(2024, 1, 2) + dt.timedelta(days=n) for n in range(59)]
    shop = MemoryShop(*(whole_order(f"A{day}", f"{day} 10:00") for day in days))
    settings = settings_of(tmp_path)

    taken = sample.take(settings, shop)

    # One day, then six more.
    assert (taken.start, taken.end, taken.order_count) == (dt.date(2024, 2, 23), dt.date(2024, 3, 1), 7)
    assert not taken.is_whole
    assert sample.oldest_day(settings, shop, taken) == dt.date(2024, 1, 2)


def test_a_source_without_a_count_is_read_all_the_same(tmp_path):
    shop = UncountedShop(whole_order("A", "2024-01-05 10:00"))
    settings = settings_of(tmp_path)

    taken = sample.take(settings, shop)

    assert (taken.is_counted, taken.is_whole, taken.order_count) == (False, True, 1)
    assert taken.tables["source_counts"].num_rows == 0


@pytest.mark.parametrize("status", ORDER_STATUSES)
def test_every_status_of_the_contract_has_a_meaning(status):
    assert "unknown" not in statuses.meaning(status, Definitions())


# What it takes


# The file of the third is not part of the project.
@pytest.mark.parametrize("shop", ["cdnow", "demo", "online_retail"])
def test_the_doctor_of_a_sample_shop_starts_no_large_library(shop, tmp_path):
    code = (
        "import sys; from click.testing import CliRunner; from pipelines.run.command import main; "
        f"done = CliRunner().invoke(main, ['doctor', {shop!r}]); print(done.output, done.exit_code); "
        "print(sorted({'dagster', 'dbt', 'great_expectations', 'matplotlib'} & sys.modules.keys()))"
    )
    if shop == "online_retail" and examine_settings(shop_path(shop))[0] is None:
        pytest.skip("the file of Online Retail II is not there")
    done = subprocess.run([sys.executable, "-c", code], cwd=PROJECT_ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.endswith(".\n 0\n[]\n"), done.stdout
    assert "A night would stop" not in done.stdout
    assert f"klantwaarde doctor: shop {shop}" in done.stdout
