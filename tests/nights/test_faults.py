"""Rows with a fault: what people are told, what is kept out of the warehouse, and that it comes back.

Nights without marts, from the shop's files to `raw`; the detail of each rule is pinned in tests/validation.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import duckdb
import pytest

from pipelines import contract
from pipelines.landing import quarantine
from pipelines.validation import validate
from tests.nights.january_shop import (
    GOOD,
    TABLES,
    Tables,
    an_order,
    copied,
    counts,
    kept_back,
    keys_of,
    make_january_shop,
    merged,
    raw,
    require_counts_add_up,
    whole,
)
from tests.support.builders import line
from tests.support.nights import query, take_in
from tests.support.shops import write_shop


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
    settings = make_january_shop(tmp_path_factory.mktemp("faulty"))
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
    settings = make_january_shop(tmp_path)
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
