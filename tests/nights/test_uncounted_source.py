"""A source that offers no count of its own: nights go on, and each control that needs the count says it is missing."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from pipelines.extraction.extract import extract_changes, extract_days
from pipelines.landing import store
from pipelines.validation.validate import validate_landing
from pipelines.warehouse.load import load_accepted
from tests.support.dbt_models import make_models
from tests.support.memory_source import MemoryShop, UncountedShop, whole_order
from tests.support.nights import query
from tests.support.shops import make_settings

pytestmark = pytest.mark.usefixtures("plain")

NOW = dt.datetime(2024, 1, 6, 1, 30)
DAYS = [dt.date(2024, 1, day) for day in (1, 2, 3, 4, 5)]


@pytest.fixture
def settings(tmp_path):
    return make_settings(tmp_path, shop={"as_of": dt.date(2024, 1, 6)})


@pytest.fixture
def shop():
    return UncountedShop(whole_order("A", "2024-01-02 10:00"), whole_order("B", "2024-01-04 10:00", net="7.50"))


def landed_ids(settings, day):
    return store.read_day(settings, "orders", day).column("order_id").to_pylist()


def reconciliation(settings):
    return query(
        settings,
        "select step, amount, row_count, step_kind from marts.reconciliation "
        "where step_kind <> 'memo' and (amount <> 0 or row_count <> 0 or step_kind = 'residual') order by step_number",
    )


@pytest.mark.needs_dbt
def test_it_is_loaded_and_the_controls_say_what_they_cannot_know(settings, shop):
    extract_changes(settings, shop, NOW)
    report = validate_landing(settings)
    load_accepted(settings)
    make_models(settings.warehouse_path, "reconciliation")

    assert report.rejected == []
    (excluded,) = [check for check in report.checks if check.rule.name == "day_is_counted"]
    assert (excluded.passed, excluded.failed_count, excluded.rule.consequence) == (False, len(DAYS), "warn")
    assert query(settings, "from raw.source_counts") == []
    money = Decimal("17.5"), 2
    assert reconciliation(settings) == [
        ("delivered, not counted by the source", *money, "start"),
        ("landed", *money, "subtotal"),
        ("accepted", *money, "subtotal"),
        ("net revenue", *money, "end"),
        ("residual", 0, 0, "residual"),
    ]


def test_a_deletion_without_a_trace_stays_until_the_whole_shop_is_compared(tmp_path, settings, shop):
    extract_changes(settings, shop, NOW)
    shop.orders["C"] = whole_order("C", "2024-01-05 10:00")
    extract_changes(settings, shop, NOW)
    del shop.orders["B"]
    done = extract_changes(settings, shop, NOW)
    assert landed_ids(settings, DAYS[3]) == ["B"]
    assert [note.text for note in done.notes] == [
        "5 days were not compared with the shop. A change there that moves no stamp is noticed only on Sunday night, "
        "or the first one after it; so is a deletion."
    ]
    extract_changes(make_settings(tmp_path, shop={"as_of": dt.date(2024, 1, 7)}), shop, NOW)
    assert landed_ids(settings, DAYS[3]) == []


def test_changes_are_taken_in_and_drop_the_count_that_an_earlier_source_made(settings, shop):
    counted = MemoryShop()
    counted.orders = shop.orders
    extract_changes(settings, counted, NOW)
    assert store.read_day(settings, "source_counts", DAYS[1]).num_rows == 1
    shop.orders["A"] |= {"updated_at": dt.datetime(2024, 1, 5, 12), "status": "cancelled"}

    extract_changes(settings, shop, NOW)

    assert store.read_day(settings, "orders", DAYS[1]).column("status").to_pylist() == ["cancelled"]
    assert [store.read_day(settings, "source_counts", day).num_rows for day in DAYS] == [1, 0, 1, 0, 0]
    assert validate_landing(settings).rejected == []


@pytest.mark.needs_dbt
def test_start_is_the_count_where_there_is_one(settings, shop):
    counted = MemoryShop()
    counted.orders = shop.orders
    extract_changes(settings, counted, NOW)
    extract_days(settings, shop, [DAYS[1]], NOW)
    validate_landing(settings)
    load_accepted(settings)
    make_models(settings.warehouse_path, "reconciliation")
    assert reconciliation(settings)[:3] == [
        ("source total", Decimal("7.5"), 1, "start"),
        ("delivered, not counted by the source", Decimal(10), 1, "start"),
        ("landed", Decimal("17.5"), 2, "subtotal"),
    ]
