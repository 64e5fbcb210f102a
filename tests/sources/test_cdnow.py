from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import closing
from decimal import Decimal
from pathlib import Path

import pytest

from pipelines.errors import SourceError
from pipelines.settings import Settings, load_settings
from pipelines.settings.sections import Extract
from pipelines.sources import cdnow
from pipelines.sources.cdnow import Cdnow
from pipelines.sources.source import Changes
from tests.sources.deliveries import by_key, collect, money, opened, require_complete

START, END = dt.date(1997, 1, 1), dt.date(1998, 7, 1)


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return load_settings("shops/cdnow.toml", home=tmp_path_factory.mktemp("home"))


@pytest.fixture(scope="module")
def source(settings: Settings) -> Iterator[Cdnow]:
    with closing(Cdnow(settings)) as source:
        yield source


def write_file(folder: Path, *rows: str) -> Path:
    path = folder / "CDNOW_master.txt"
    path.write_text("\r\n".join([" customer_id  date number_of_cds  dollar_value", *rows, ""]), encoding="ascii")
    return path


def read_file(monkeypatch: pytest.MonkeyPatch, settings: Settings, path: Path) -> Cdnow:
    monkeypatch.setattr(cdnow, "locate_orders", lambda: path)
    return opened(Cdnow(settings))


def test_whole_file_equals_a_plain_reading_of_its_text(source: Cdnow) -> None:
    text = [row.split() for row in cdnow.locate_orders().read_text(encoding="ascii").splitlines()[1:] if row.strip()]

    tables = collect(source.read_placed(START, END))

    assert len(tables["orders"]) == len(tables["order_lines"]) == len(text) == 69_659
    assert len({row["customer_id"] for row in tables["orders"]}) == 23_570
    assert len(by_key(tables["orders"], "order_id")) == 69_659
    assert money(tables) == (69_659, sum(Decimal(row[3]) for row in text)) == (69_659, Decimal("2500315.63"))
    assert sum(row["quantity"] for row in tables["order_lines"]) == sum(int(row[2]) for row in text) == 167_881
    assert sum(row["total_gross_amount"] == 0 for row in tables["orders"]) == 80
    assert tables["refunds"] == []
    assert list(source.read_keyed()) == []


def test_count_has_every_day_and_agrees_with_the_delivery(source: Cdnow) -> None:
    counts = source.count(START, END).to_pylist()

    assert len(counts) == (END - START).days
    assert sum(row["row_count"] for row in counts) == 69_659
    require_complete(source, dt.date(1997, 3, 1), dt.date(1997, 3, 8))


def test_identical_rows_are_separate_orders_numbered_in_the_order_of_the_file(
    monkeypatch: pytest.MonkeyPatch, settings: Settings, tmp_path: Path
) -> None:
    rows = [" 00001 19970110  2   20.00", " 00002 19970110  1    5.00", " 00001 19970110  2   20.00"]
    path = write_file(tmp_path, *rows, " 00001 19970110  1    9.99")

    tables = collect(read_file(monkeypatch, settings, path).read_placed(START, END))

    amounts = {row["order_id"]: row["total_gross_amount"] for row in tables["orders"]}
    assert amounts == {
        "00001-19970110-1": Decimal("20"),
        "00001-19970110-2": Decimal("20"),
        "00001-19970110-3": Decimal("9.99"),
        "00002-19970110-1": Decimal("5"),
    }


def test_order_is_placed_at_local_noon_in_winter_and_summer(source: Cdnow) -> None:
    days = {dt.date(1997, 1, 15): 17, dt.date(1997, 7, 15): 16}
    for day, utc_hour in days.items():
        orders = collect(source.read_placed(day, day + dt.timedelta(days=1)))["orders"]
        assert {row["placed_at"] for row in orders} == {dt.datetime.combine(day, dt.time(utc_hour))}
        assert {row["order_date"] for row in orders} == {day}


def test_window_is_half_open_and_batches_do_not_change_the_rows(source: Cdnow, settings: Settings) -> None:
    start, end = dt.date(1997, 2, 1), dt.date(1997, 2, 8)
    small = settings.model_copy(update={"extract": Extract.model_construct(batch_rows=500)})

    batches = list(opened(Cdnow(small)).read_placed(start, end))

    assert len(batches) > 2
    assert all(batch.tables["order_lines"].num_rows <= 500 for batch in batches)
    days = [set(batch.tables["orders"]["order_date"].to_pylist()) for batch in batches]
    assert sum(map(len, days)) == len(set.union(*days)) == 7
    assert min(set.union(*days)) == start
    assert collect(batches) == collect(source.read_placed(start, end))


def test_it_cannot_say_what_changed_but_whether_a_day_has(source: Cdnow) -> None:
    assert not isinstance(source, Changes)
    prints = source.fingerprints(dt.date(1997, 1, 1), dt.date(1997, 1, 12))
    assert prints == source.fingerprints(dt.date(1997, 1, 1), dt.date(1997, 1, 12))
    assert list(prints) == [dt.date(1997, 1, day) for day in range(1, 12)]
    assert len(set(prints.values())) == len(prints)


def test_list_of_ids_is_that_of_the_orders(source: Cdnow) -> None:
    start, end = dt.date(1997, 5, 1), dt.date(1997, 5, 4)
    orders = collect(source.read_placed(start, end))["orders"]

    listed = source.list_ids(start, end).to_pylist()

    assert {(row["order_date"], row["order_id"]) for row in listed} == {
        (row["order_date"], row["order_id"]) for row in orders
    }
    assert len(listed) == len(orders) > 0


@pytest.mark.parametrize("row", [" 00001 19970132  1  1.00", " 00001 19970102  1  1,00", " 00001 19970102  x  1.00"])
def test_value_that_cannot_be_read_is_named_by_its_row(
    monkeypatch: pytest.MonkeyPatch, settings: Settings, tmp_path: Path, row: str
) -> None:
    source = read_file(monkeypatch, settings, write_file(tmp_path, " 00001 19970101  1  1.00", row))

    with pytest.raises(SourceError, match=r"CDNOW_master\.txt: row 3 is not a customer, a day"):
        collect(source.read_placed(START, END))


def test_row_with_a_missing_value_is_named(monkeypatch: pytest.MonkeyPatch, settings: Settings, tmp_path: Path) -> None:
    source = read_file(monkeypatch, settings, write_file(tmp_path, " 00001 19970101  1"))

    with pytest.raises(SourceError, match="row 2 has 3 values instead of 4"):
        source.list_ids(START, END)


def test_missing_package_says_what_to_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)

    with pytest.raises(SourceError, match="uv sync --group samples"):
        cdnow.locate_orders()
