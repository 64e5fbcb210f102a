"""Each rule about rows is seen to fail on rows that break it, and a clean shop passes all."""

import datetime as dt
from decimal import Decimal

import duckdb
import pytest

from pipelines import contract
from pipelines.landing import quarantine
from pipelines.validation import validate
from pipelines.validation.rules import catalogue
from pipelines.validation.validate import validate_landing
from tests.support.builders import cost, edit, exchange_rate, line, order, payment, refund, table_of, tax_line
from tests.support.landed import DAY, TODAY, land, land_keyed, make_settings
from tests.validation.results import accepted, check, failed, files, keys, records

FUTURE = f"{TODAY + dt.timedelta(days=1)} 12:00:00"
WHOLE = (order("X"), line("X"))

# What breaks each rule about rows, as a day of its own; the good order on it must stay.
BAD = {
    ("orders", "order_id_not_null"): [order(None, total=0)],
    ("orders", "placed_at_not_null"): [order("X", placed_at=None), line("X")],
    ("orders", "status_not_null"): [order("X", status=None), line("X")],
    ("orders", "status_known"): [order("X", status="shipped"), line("X")],
    ("orders", "currency_not_null"): [order("X", currency=None), line("X")],
    ("orders", "total_gross_amount_not_null"): [order("X", total_gross_amount=None), line("X")],
    ("orders", "tax_amount_not_negative"): [order("X", tax_amount=-1), line("X")],
    ("orders", "undistributed_discount_net_amount_not_negative"): [
        order("X", undistributed_discount_net_amount=-1),
        line("X"),
    ],
    ("orders", "order_id_unique"): [order("X"), order("X", status="cancelled"), line("X")],
    ("orders", "order_adds_up"): [order("X", total="10.04"), line("X")],
    ("orders", "placed_not_in_future"): [order("X", placed_at=FUTURE), line("X")],
    ("orders", "paid_not_in_future"): [order("X", paid_at=FUTURE), line("X")],
    ("orders", "order_type_known"): [order("X", order_type="gift"), line("X")],
    ("orders", "tax_lines_add_up"): [order("X"), line("X"), tax_line("X", "2.10")],
    ("orders", "order_has_lines"): [order("X")],
    ("orders", "refund_tells_how_much"): [order("X", status="partially_refunded"), line("X")],
    ("orders", "refunded_has_refund"): [order("X", status="refunded"), line("X")],
    ("orders", "refunded_in_full"): [order("X", status="refunded"), line("X"), refund("r", order_id="X", net="9.96")],
    ("orders", "cancelled_has_refund"): [
        order("X", status="cancelled", paid_at=f"{DAY} 12:00:00"),
        line("X"),
    ],
    ("order_lines", "order_id_not_null"): [line(None)],
    ("order_lines", "line_id_not_null"): [order("X"), line("X", None)],
    ("order_lines", "quantity_not_null"): [order("X"), line("X", quantity=None)],
    ("order_lines", "net_amount_not_null"): [order("X"), line("X", net_amount=None)],
    ("order_lines", "discount_net_amount_not_negative"): [order("X"), line("X", discount_net_amount=-1)],
    ("order_lines", "unit_cost_amount_not_negative"): [order("X"), line("X", unit_cost_amount=-1)],
    ("order_lines", "line_type_known"): [order("X"), line("X", line_type="bribe")],
    ("order_lines", "delivery_count_at_least_1"): [order("X"), line("X", delivery_count=0)],
    ("order_lines", "delivery_interval_known"): [order("X"), line("X", delivery_interval="fortnight")],
    ("order_lines", "tax_rate_not_negative"): [order("X"), line("X", tax_rate="-0.21")],
    ("order_lines", "voucher_kind_known"): [order("X"), line("X", voucher_kind="paper")],
    ("order_lines", "order_id_and_line_id_unique"): [order("X"), line("X"), line("X", net=3)],
    ("order_lines", "line_has_order"): [line("X")],
    ("order_lines", "quantity_not_zero"): [order("X"), line("X", quantity=0)],
    ("order_lines", "line_discount_adds_up"): [
        order("X"),
        line("X", list_net_amount=12, discount_net_amount=1),
    ],
    ("order_lines", "line_not_repeated"): [order("X"), line("X", "1", sku="s"), line("X", "2", sku="s")],
    ("refunds", "refund_id_not_null"): [refund(None)],
    ("refunds", "refund_line_no_not_null"): [refund("r", refund_line_no=None)],
    ("refunds", "refunded_at_not_null"): [refund("r", refunded_at=None)],
    ("refunds", "net_amount_not_null"): [refund("r", net_amount=None)],
    ("refunds", "net_amount_not_negative"): [refund("r", net=-4)],
    ("refunds", "tax_amount_not_negative"): [refund("r", tax_amount=-1)],
    ("refunds", "shipping_net_amount_not_negative"): [refund("r", shipping_net_amount=-1)],
    ("refunds", "kind_known"): [refund("r", kind="apology")],
    ("refunds", "state_known"): [refund("r", state="lost")],
    ("refunds", "refund_id_and_refund_line_no_unique"): [refund("r"), refund("r", net=5)],
    ("refunds", "refund_has_order"): [refund("r", order_id="X")],
    ("refunds", "refund_after_order"): [
        *WHOLE,
        refund("r", "2023-11-30", "X"),
    ],
    ("refunds", "refunded_not_in_future"): [refund("r", refunded_at=FUTURE)],
    ("order_edits", "order_id_not_null"): [edit(None)],
    ("order_edits", "edit_id_not_null"): [*WHOLE, edit("X", edit_id=None)],
    ("order_edits", "edited_at_not_null"): [*WHOLE, edit("X", edited_at=None)],
    ("order_edits", "net_amount_not_null"): [*WHOLE, edit("X", net_amount=None)],
    ("order_edits", "kind_known"): [*WHOLE, edit("X", kind="swap")],
    ("order_edits", "order_id_and_edit_id_unique"): [*WHOLE, edit("X"), edit("X", net=6)],
    ("order_edits", "edit_has_order"): [edit("X")],
    ("order_edits", "edit_after_order"): [*WHOLE, edit("X", "2023-11-30")],
    ("order_edits", "edited_not_in_future"): [*WHOLE, edit("X", edited_at=FUTURE)],
    ("tax_lines", "order_id_not_null"): [tax_line(None)],
    ("tax_lines", "tax_line_no_not_null"): [*WHOLE, tax_line("X", number=None)],
    ("tax_lines", "tax_rate_not_null"): [*WHOLE, tax_line("X", tax_rate=None)],
    ("tax_lines", "tax_rate_not_negative"): [*WHOLE, tax_line("X", tax_rate="-0.21")],
    ("tax_lines", "tax_amount_not_null"): [*WHOLE, tax_line("X", tax_amount=None)],
    ("tax_lines", "order_id_and_tax_line_no_unique"): [*WHOLE, tax_line("X"), tax_line("X", tax_rate=0)],
    ("tax_lines", "tax_line_has_order"): [tax_line("X")],
    ("payments", "order_id_not_null"): [payment(None)],
    ("payments", "payment_id_not_null"): [*WHOLE, payment("X", payment_id=None)],
    ("payments", "kind_not_null"): [*WHOLE, payment("X", kind=None)],
    ("payments", "kind_known"): [*WHOLE, payment("X", kind="seashells")],
    ("payments", "amount_not_null"): [*WHOLE, payment("X", amount=None)],
    ("payments", "amount_not_negative"): [*WHOLE, payment("X", amount=-10)],
    ("payments", "state_known"): [*WHOLE, payment("X", state="lost")],
    ("payments", "fee_amount_not_negative"): [*WHOLE, payment("X", fee_amount=-1)],
    ("payments", "order_id_and_payment_id_unique"): [*WHOLE, payment("X"), payment("X", amount=5)],
    ("payments", "payment_has_order"): [payment("X")],
    ("payments", "paid_not_in_future"): [*WHOLE, payment("X", paid_at=FUTURE)],
    ("order_costs", "order_id_not_null"): [cost(None)],
    ("order_costs", "cost_id_not_null"): [*WHOLE, cost("X", cost_id=None)],
    ("order_costs", "kind_not_null"): [*WHOLE, cost("X", kind=None, cost_id="1")],
    ("order_costs", "kind_known"): [*WHOLE, cost("X", kind="lunch")],
    ("order_costs", "amount_not_null"): [*WHOLE, cost("X", amount=None)],
    ("order_costs", "order_id_and_cost_id_unique"): [*WHOLE, cost("X"), cost("X", amount=4)],
    ("order_costs", "cost_has_order"): [cost("X")],
    ("order_costs", "booked_not_in_future"): [*WHOLE, cost("X", booked_at=FUTURE)],
}


def subscription(subscription_id, **columns):
    good = {"plan": "bread", "started_at": dt.datetime(2024, 1, 1), "interval": "month", "net_amount": Decimal(9)}
    return {"subscription_id": subscription_id, **good, **columns}


def product_cost(product_id, **columns):
    good = {"product_id": product_id, "valid_from_date": DAY, "unit_cost_amount": Decimal(4)}
    return {**good, **columns}


def component(product_id, **columns):
    return {"product_id": product_id, "component_product_id": "part", "value_rate": Decimal(1), **columns}


BAD_KEYED = {
    ("customers", "customer_id_not_null"): [{"customer_id": None}],
    ("customers", "customer_id_unique"): [{"customer_id": "X"}, {"customer_id": "X", "country": "NL"}],
    ("customer_aliases", "old_customer_id_not_null"): [{"old_customer_id": None, "surviving_customer_id": "A"}],
    ("customer_aliases", "surviving_customer_id_not_null"): [{"old_customer_id": "A", "surviving_customer_id": None}],
    ("customer_aliases", "origin_known"): [{"old_customer_id": "B", "surviving_customer_id": "A", "origin": "hearsay"}],
    ("customer_aliases", "old_customer_id_unique"): [
        {"old_customer_id": "X", "surviving_customer_id": "A"},
        {"old_customer_id": "X", "surviving_customer_id": "B"},
    ],
    ("products", "product_id_not_null"): [{"product_id": None}],
    ("products", "variant_id_not_null"): [{"product_id": "A", "variant_id": None}],
    ("products", "unit_cost_amount_not_negative"): [{"product_id": "B", "unit_cost_amount": Decimal(-1)}],
    ("products", "product_id_and_variant_id_unique"): [{"product_id": "X"}, {"product_id": "X", "title": "Cup"}],
    ("product_costs", "product_id_not_null"): [product_cost(None)],
    ("product_costs", "variant_id_not_null"): [product_cost("A", variant_id=None)],
    ("product_costs", "valid_from_date_not_null"): [product_cost("B", valid_from_date=None)],
    ("product_costs", "unit_cost_amount_not_null"): [product_cost("C", unit_cost_amount=None)],
    ("product_costs", "unit_cost_amount_not_negative"): [product_cost("D", unit_cost_amount=Decimal(-1))],
    ("product_costs", "product_id_and_variant_id_and_valid_from_date_unique"): [
        product_cost("X"),
        product_cost("X", unit_cost_amount=Decimal(5)),
    ],
    ("bundle_components", "product_id_not_null"): [component(None)],
    ("bundle_components", "component_product_id_not_null"): [component("A", component_product_id=None)],
    ("bundle_components", "component_variant_id_not_null"): [component("B", component_variant_id=None)],
    ("bundle_components", "value_rate_not_null"): [component("C", value_rate=None)],
    ("bundle_components", "value_rate_not_negative"): [component("D", value_rate=Decimal(-1))],
    ("bundle_components", "product_id_and_component_product_id_and_component_variant_id_unique"): [
        component("X"),
        component("X", value_rate=Decimal(2)),
    ],
    ("exchange_rates", "currency_not_null"): [exchange_rate(None)],
    ("exchange_rates", "rate_date_not_null"): [exchange_rate("AAA", rate_date=None)],
    ("exchange_rates", "rate_not_null"): [exchange_rate("BBB", None)],
    ("exchange_rates", "rate_not_negative"): [exchange_rate("CCC", "-0.92")],
    ("exchange_rates", "rate_not_zero"): [exchange_rate("DDD", "0")],
    ("exchange_rates", "currency_and_rate_date_unique"): [exchange_rate("XXX"), exchange_rate("XXX", "0.93")],
    ("subscriptions", "subscription_id_not_null"): [subscription(None)],
    ("subscriptions", "plan_not_null"): [subscription("A", plan=None)],
    ("subscriptions", "started_at_not_null"): [subscription("B", started_at=None)],
    ("subscriptions", "interval_not_null"): [subscription("C", interval=None)],
    ("subscriptions", "interval_known"): [subscription("D", interval="fortnight")],
    ("subscriptions", "net_amount_not_null"): [subscription("E", net_amount=None)],
    ("subscriptions", "net_amount_not_negative"): [subscription("F", net_amount=Decimal(-9))],
    ("subscriptions", "subscription_id_unique"): [subscription("X"), subscription("X", plan="rolls")],
}

# Not about single rows.
ABOUT_DAYS = {"currency_can_be_converted", "day_is_counted", "rows_match_source", "amount_matches_source"}


def own_day(number):
    """The day of the fault of this number; backwards, so that none lies in the future."""
    return DAY - dt.timedelta(days=number)


def apart(rows, number):
    """The rows on the day of that fault, under keys of their own."""
    keys = [{key: f"{row[key]}{number}" for key in ("order_id", "refund_id") if row.get(key)} for row in rows]
    return [{**row, **own, "order_date": own_day(number)} for row, own in zip(rows, keys, strict=True)]


@pytest.fixture(scope="module")
def dirty(tmp_path_factory):
    """A shop with every fault, each on a day of its own beside a good order, and its report."""
    settings = make_settings(
        tmp_path_factory.mktemp("dirty"),
        validation={"quarantine_limit_rate": 1},
        definitions={"refunded_without_refund": "quarantine"},
    )
    rows = []
    for number, bad_rows in enumerate(BAD.values()):
        day = own_day(number)
        rows += [order(f"good{number}", day), line(f"good{number}"), *apart(bad_rows, number)]
    land(settings, *rows)
    for name in (table.name for table in contract.KEYED_TABLES):
        land_keyed(settings, name, *(row for (table, _), rows in BAD_KEYED.items() if table == name for row in rows))
    return settings, validate_landing(settings)


@pytest.mark.parametrize(("table", "name"), BAD, ids=lambda value: value)
def test_a_row_that_breaks_a_rule_is_found_and_shown(dirty, table, name):
    _, report = dirty
    day = own_day(list(BAD).index((table, name)))
    found = check(report, table, name)
    rows_of_table = [row for row in BAD[table, name] if table_of(row) == table]
    assert not found.passed
    assert found.failed_count in (1, len(rows_of_table))
    assert {example["day"] for example in found.examples} == {f"{day}"}


@pytest.mark.parametrize(("table", "name"), BAD_KEYED, ids=lambda value: value)
def test_a_row_of_a_keyed_table_that_breaks_a_rule_is_found(dirty, table, name):
    _, report = dirty
    assert check(report, table, name).failed_count == len(BAD_KEYED[table, name])


def test_every_rule_about_rows_is_among_those_seen_to_fail():
    all_rules = {
        (rule.table, rule.name) for rule in catalogue.rules("EUR") if rule.kind and rule.name not in ABOUT_DAYS
    }
    assert all_rules == BAD.keys() | BAD_KEYED.keys()


def test_what_breaks_a_rule_is_kept_back_and_the_good_order_beside_it_is_not(dirty):
    settings, report = dirty
    warned = {
        *("order_has_lines", "line_discount_adds_up", "line_not_repeated"),
        *("tax_lines_add_up", "booked_not_in_future"),
        *(
            "refund_after_order",
            "edit_after_order",
            "refund_tells_how_much",
            "refunded_in_full",
            "cancelled_has_refund",
        ),
    }
    for number, (_, name) in enumerate(BAD):
        orders = {row[1] for row in accepted(settings, days=[own_day(number)])}
        expected = {f"good{number}", f"X{number}"} if name in warned else {f"good{number}"}
        assert orders == expected, name
    assert not report.rejected


def test_what_is_kept_back_of_keyed_tables_is_not_loaded(dirty):
    settings, _ = dirty
    assert duckdb.sql(quarantine.accepted_keyed_query(settings, "customers")).fetchall() == []
    assert duckdb.sql(f"select count(*) from '{quarantine.keyed_file(settings)}'").fetchone() == (43,)


def test_a_clean_shop_passes_every_check(tmp_path):
    settings = make_settings(tmp_path)
    parts = [edit("A", net=-2), tax_line("A"), payment("A"), payment("A", amount=5, payment_id="2"), cost("A")]
    land(settings, order("A"), line("A"), line("A", "2", 5), refund("r", order_id="A"), refund("s"), *parts)
    land_keyed(settings, "customers", {"customer_id": "A"}, {"customer_id": "B"})
    land_keyed(settings, "products", {"product_id": "A"}, {"product_id": "A", "variant_id": "red"})
    report = validate_landing(settings)
    assert failed(report) == {}
    assert len(report.checks) == len(validate.all_rules(settings))
    assert check(report, "order_lines", "line_has_order").checked_count == 2
    assert list(files(settings)) == ["validated.parquet"]
    assert keys(settings, "refunds") == ["r/1", "s/1"]
    assert keys(settings, "payments") == ["A/1", "A/2"]
    amounts = records(settings, "table_name in ('order_edits', 'payments') and rule = 'all rules'")
    assert [(row[1], row[-2]) for row in amounts] == [("order_edits", Decimal(-2)), ("payments", Decimal(0))]
