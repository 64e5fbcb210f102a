"""Where the rows of a contract table are kept, and what follows from it."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import duckdb
import pytest

from pipelines import contract
from pipelines.contract import Column, Table
from pipelines.landing import store
from pipelines.validation.validate import validate_landing
from pipelines.warehouse.load import load_accepted
from tests.support.builders import line, order
from tests.support.landed import DAY, NEXT_DAY, land, make_settings

AD_SPEND = Table(
    "ad_spend",
    ("channel",),
    (
        Column("channel", "text", "Where the advertisement was shown.", required=True),
        Column("amount", "money", "What it cost, ex tax.", required=True, minimum=0),
    ),
    "One row per day and channel.",
    kept_by="own_day",
)


@pytest.fixture
def spend_in_the_contract(monkeypatch):
    monkeypatch.setitem(contract.TABLES, AD_SPEND.name, AD_SPEND)
    monkeypatch.setattr(contract, "DAY_TABLES", [*contract.DAY_TABLES, AD_SPEND])
    monkeypatch.setattr(contract, "DELIVERED_DAY_TABLES", [*contract.DELIVERED_DAY_TABLES, AD_SPEND])
    store._contract_version.cache_clear()
    yield
    store._contract_version.cache_clear()


def spend(channel: str, amount: str, day: dt.date = DAY):
    return {"order_date": day, "channel": channel, "amount": amount}


def test_only_what_belongs_to_an_order_names_one():
    for table in contract.TABLES.values():
        assert ("order_id" in table.column_names) == (table.kept_by == "order_day"), table.name


def test_rows_that_lie_on_days_are_delivered_with_the_day():
    for table in contract.TABLES.values():
        has_day = table.delivered_schema().names[0] == "order_date"
        assert has_day == (table.kept_by != "key"), table.name


@pytest.mark.usefixtures("plain", "spend_in_the_contract")
def test_a_table_by_day_without_orders_is_landed_judged_and_loaded(tmp_path):
    settings = make_settings(tmp_path)
    # The same channel on two days is two rows; the same channel twice on one day is a key that stands twice.
    good = [spend("search", "5"), spend("search", "6", NEXT_DAY), spend("social", "7", NEXT_DAY)]
    twice = [spend("mail", "1"), spend("mail", "2")]
    land(settings, order("A"), line("A"), ad_spend=[*good, *twice])

    report = validate_landing(settings)
    load_accepted(settings)

    (broken,) = [check for check in report.checks if not check.passed and check.rule.table == "ad_spend"]
    assert (broken.rule.name, broken.failed_count) == ("channel_unique", 2)
    assert "on one day" in broken.rule.text
    assert raw(settings, "orders", "order_id") == [("A",)]
    assert raw(settings, "ad_spend", "order_date, channel, amount") == [
        (DAY, "search", Decimal(5)),
        (NEXT_DAY, "search", Decimal(6)),
        (NEXT_DAY, "social", Decimal(7)),
    ]


def raw(settings, table, columns):
    with duckdb.connect(str(settings.warehouse_path)) as db:
        return db.execute(f"select {columns} from raw.{table} order by all").fetchall()
