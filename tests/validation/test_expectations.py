"""Each rule about rows is seen to fail on the row that breaks it, and on no other, and to hold on clean rows."""

import pandas as pd
import pytest

from pipelines import contract
from pipelines.validation import expectations, plain_rules
from pipelines.validation.rules import catalogue

pytestmark = pytest.mark.needs_gx

TABLES = list(contract.TABLES)


def good_value(rule):
    return rule.values[0] if rule.kind in ("in_set", "at_least") else "x" if rule.kind == "not_null" else 1


def bad_value(rule):
    match rule.kind:
        case "not_null":
            return None
        case "not_in_set":
            return rule.values[0]
        case "at_least":
            return rule.values[0] - 0.01
    return not rule.values[0] if isinstance(rule.values[0], bool) else 2 if rule.values[0] == 1 else "unheard of"


def frame_of(suite, bad_rows=()):
    """One clean row and one row for each of `bad_rows`, which breaks just that rule."""
    good = {}
    for rule in suite:
        # A column that must not be empty may also have to be one of some values.
        if rule.column not in good or rule.kind != "not_null":
            good[rule.column] = good_value(rule)
    frame = pd.DataFrame([good] * (1 + len(bad_rows)))
    for position, rule in enumerate(bad_rows, start=1):
        frame[rule.column] = frame[rule.column].astype(object)
        frame.loc[position, rule.column] = bad_value(rule)
    return frame.infer_objects()


@pytest.mark.parametrize("table_name", TABLES)
def test_each_rule_fails_on_the_row_that_breaks_it_and_only_there(table_name):
    suite = catalogue.suite(table_name, "EUR")
    frame = frame_of(suite, suite)
    broken = expectations.validate(frame, suite)
    assert broken == {rule.name: [position] for position, rule in enumerate(suite, start=1)}
    assert broken == plain_rules.validate(frame, suite)


@pytest.mark.parametrize("table_name", TABLES)
def test_clean_rows_break_nothing(table_name):
    suite = catalogue.suite(table_name, "EUR")
    assert expectations.validate(frame_of(suite), suite) == {}


def test_an_empty_frame_breaks_nothing():
    suite = catalogue.suite("orders", "EUR")
    assert expectations.validate(frame_of(suite).iloc[:0], suite) == {}


def test_a_frame_without_a_column_that_a_rule_needs_is_an_error_and_not_a_clean_one():
    suite = catalogue.suite("orders", "EUR")
    with pytest.raises(RuntimeError, match="could not check the rule order_adds_up"):
        expectations.validate(frame_of(suite).drop(columns=["adds_up"]), suite)


# The counts of a source are no delivery of a shop: the pipeline makes them, and checks them against the rows.
SHOP_TABLES = [table for table in contract.TABLES.values() if table is not contract.SOURCE_COUNTS]


@pytest.mark.parametrize("table", SHOP_TABLES, ids=lambda table: table.name)
def test_everything_the_contract_says_about_a_column_is_a_rule(table):
    suite = {(rule.column, rule.kind): rule for rule in catalogue.suite(table.name, "EUR")}
    for column in table.columns:
        assert ((column.landed_name, "not_null") in suite) == (column.required or column.name in table.key)
        if column.allowed:
            assert suite[column.landed_name, "in_set"].values == column.allowed
        if column.minimum is not None:
            assert suite[column.landed_name, "at_least"].values == (column.minimum,)
    assert suite["key_count", "in_set"].consequence == "quarantine"


def test_a_rule_has_one_name_in_its_table_and_says_what_to_do():
    all_rules = catalogue.rules("EUR")
    names = [(rule.table, rule.name) for rule in all_rules]
    assert len(set(names)) == len(names)
    assert all(rule.text.endswith(".") and rule.what_to_do.endswith(".") for rule in all_rules)
