"""The validation stage: what is quarantined, what rejects a batch, what the load may take, and what is remembered."""

import datetime as dt
import os
from decimal import Decimal

import duckdb
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from pipelines import contract
from pipelines.landing import quarantine, store
from pipelines.validation import validate
from pipelines.validation.rules import catalogue
from pipelines.validation.validate import validate_landing
from tests.support.landed import (
    DAY,
    NEXT_DAY,
    cost,
    counted,
    edit,
    land,
    land_keyed,
    line,
    order,
    payment,
    refund,
    shop_of,
    tax_line,
)
from tests.support.shops import AS_OF, make_settings

FUTURE = dt.datetime.combine(AS_OF, dt.time(12)) + dt.timedelta(days=1)


@pytest.fixture
def settings(tmp_path):
    return make_settings(tmp_path)


def failed(report):
    """Rows that broke a rule, by table and rule, warnings about the shop as a whole aside."""
    names = {rule.name for rule in catalogue.rules("EUR")} - {catalogue.QUARANTINE_LIMIT}
    return {(c.rule.table, c.rule.name): c.failed_count for c in report.checks if not c.passed and c.rule.name in names}


def check(report, table, name):
    return next(c for c in report.checks if (c.rule.table, c.rule.name) == (table, name))


def accepted(settings, table_name="orders", days=None):
    query = quarantine.accepted_rows_query(settings, table_name, store.landed_days(settings) if days is None else days)
    return [] if query is None else duckdb.sql(query).fetchall()


def keys(settings, table_name="orders"):
    width = len(contract.TABLES[table_name].key)
    return sorted("/".join(str(part) for part in row[1 : 1 + width]) for row in accepted(settings, table_name))


def kept_back(settings, day=DAY):
    path = quarantine.day_file(settings, day)
    if not path.exists():
        return []
    return duckdb.sql(f"select table_name, row_key, rule from '{path}' order by all").fetchall()


def records(settings, where="true"):
    return duckdb.sql(f"from ({quarantine.validations_query(settings)}) where {where} order by all").fetchall()


def files(settings):
    return {path.name: path.read_bytes() for path in settings.quarantine_path.rglob("*") if path.is_file()}


WHOLE = (order("X"), line("X"))

# What breaks each rule about rows, as a day of its own; the good order on it must stay.
BAD = {
    ("orders", "order_id_not_null"): [order(None, "0")],
    ("orders", "placed_at_not_null"): [order("X", placed_at=None), line("X")],
    ("orders", "status_not_null"): [order("X", status=None), line("X")],
    ("orders", "status_known"): [order("X", status="shipped"), line("X")],
    ("orders", "currency_not_null"): [order("X", currency=None), line("X")],
    ("orders", "total_gross_amount_not_null"): [order("X", total_gross_amount=None), line("X")],
    ("orders", "tax_amount_not_negative"): [order("X", "9", tax_amount=Decimal(-1)), line("X")],
    ("orders", "undistributed_discount_net_amount_not_negative"): [
        order("X", "11", undistributed_discount_net_amount=Decimal(-1)),
        line("X"),
    ],
    ("orders", "order_id_unique"): [order("X"), order("X", status="cancelled"), line("X")],
    ("orders", "order_adds_up"): [order("X", "10.04"), line("X")],
    ("orders", "placed_not_in_future"): [order("X", placed_at=FUTURE), line("X")],
    ("orders", "paid_not_in_future"): [order("X", paid_at=FUTURE), line("X")],
    ("orders", "order_type_known"): [order("X", order_type="gift"), line("X")],
    ("orders", "tax_lines_add_up"): [order("X"), line("X"), tax_line("X", amount="2.10")],
    ("orders", "order_has_lines"): [order("X", "0")],
    ("order_lines", "order_id_not_null"): [line(None)],
    ("order_lines", "line_id_not_null"): [order("X"), line("X", None)],
    ("order_lines", "quantity_not_null"): [order("X"), line("X", quantity=None)],
    ("order_lines", "net_amount_not_null"): [order("X", "0"), line("X", net_amount=None)],
    ("order_lines", "discount_net_amount_not_negative"): [order("X"), line("X", discount_net_amount=Decimal(-1))],
    ("order_lines", "unit_cost_amount_not_negative"): [order("X"), line("X", unit_cost_amount=Decimal(-1))],
    ("order_lines", "line_type_known"): [order("X"), line("X", line_type="bribe")],
    ("order_lines", "delivery_count_at_least_1"): [order("X"), line("X", delivery_count=0)],
    ("order_lines", "delivery_interval_known"): [order("X"), line("X", delivery_interval="fortnight")],
    ("order_lines", "tax_rate_not_negative"): [order("X"), line("X", tax_rate=Decimal("-0.21"))],
    ("order_lines", "voucher_kind_known"): [order("X"), line("X", voucher_kind="paper")],
    ("order_lines", "order_id_and_line_id_unique"): [order("X", "13"), line("X"), line("X", amount="3")],
    ("order_lines", "line_has_order"): [line("X")],
    ("order_lines", "quantity_not_zero"): [order("X"), line("X", quantity=Decimal(0))],
    ("order_lines", "line_discount_adds_up"): [
        order("X"),
        line("X", list_net_amount=Decimal(12), discount_net_amount=Decimal(1)),
    ],
    ("order_lines", "line_not_repeated"): [order("X", "20"), line("X", "1", sku="s"), line("X", "2", sku="s")],
    ("refunds", "refund_id_not_null"): [refund(None, None)],
    ("refunds", "refund_line_no_not_null"): [refund("r", None, refund_line_no=None)],
    ("refunds", "refunded_at_not_null"): [refund("r", None, refunded_at=None)],
    ("refunds", "net_amount_not_null"): [refund("r", None, net_amount=None)],
    ("refunds", "net_amount_not_negative"): [refund("r", None, "-4")],
    ("refunds", "tax_amount_not_negative"): [refund("r", None, tax_amount=Decimal(-1))],
    ("refunds", "shipping_net_amount_not_negative"): [refund("r", None, shipping_net_amount=Decimal(-1))],
    ("refunds", "kind_known"): [refund("r", None, kind="apology")],
    ("refunds", "state_known"): [refund("r", None, state="lost")],
    ("refunds", "refund_id_and_refund_line_no_unique"): [refund("r", None), refund("r", None, "5")],
    ("refunds", "refund_has_order"): [refund("r", "X")],
    ("refunds", "refunded_not_in_future"): [refund("r", None, refunded_at=FUTURE)],
    ("order_edits", "order_id_not_null"): [edit(None)],
    ("order_edits", "edit_id_not_null"): [*WHOLE, edit("X", None)],
    ("order_edits", "edited_at_not_null"): [*WHOLE, edit("X", edited_at=None)],
    ("order_edits", "net_amount_not_null"): [*WHOLE, edit("X", net_amount=None)],
    ("order_edits", "kind_known"): [*WHOLE, edit("X", kind="swap")],
    ("order_edits", "order_id_and_edit_id_unique"): [*WHOLE, edit("X"), edit("X", amount="6")],
    ("order_edits", "edit_has_order"): [edit("X")],
    ("order_edits", "edited_not_in_future"): [*WHOLE, edit("X", edited_at=FUTURE)],
    ("tax_lines", "order_id_not_null"): [tax_line(None)],
    ("tax_lines", "tax_line_no_not_null"): [*WHOLE, tax_line("X", None)],
    ("tax_lines", "tax_rate_not_null"): [*WHOLE, tax_line("X", tax_rate=None)],
    ("tax_lines", "tax_rate_not_negative"): [*WHOLE, tax_line("X", tax_rate=Decimal("-0.21"))],
    ("tax_lines", "tax_amount_not_null"): [*WHOLE, tax_line("X", tax_amount=None)],
    ("tax_lines", "order_id_and_tax_line_no_unique"): [*WHOLE, tax_line("X"), tax_line("X", tax_rate=Decimal(0))],
    ("tax_lines", "tax_line_has_order"): [tax_line("X")],
    ("payments", "order_id_not_null"): [payment(None)],
    ("payments", "payment_id_not_null"): [*WHOLE, payment("X", None)],
    ("payments", "kind_not_null"): [*WHOLE, payment("X", kind=None)],
    ("payments", "kind_known"): [*WHOLE, payment("X", kind="seashells")],
    ("payments", "amount_not_null"): [*WHOLE, payment("X", amount=None)],
    ("payments", "amount_not_negative"): [*WHOLE, payment("X", amount="-10")],
    ("payments", "state_known"): [*WHOLE, payment("X", state="lost")],
    ("payments", "fee_amount_not_negative"): [*WHOLE, payment("X", fee_amount=Decimal(-1))],
    ("payments", "order_id_and_payment_id_unique"): [*WHOLE, payment("X"), payment("X", amount="5")],
    ("payments", "payment_has_order"): [payment("X")],
    ("payments", "paid_not_in_future"): [*WHOLE, payment("X", paid_at=FUTURE)],
    ("order_costs", "order_id_not_null"): [cost(None)],
    ("order_costs", "cost_id_not_null"): [*WHOLE, cost("X", None)],
    ("order_costs", "kind_not_null"): [*WHOLE, cost("X", kind=None)],
    ("order_costs", "kind_known"): [*WHOLE, cost("X", kind="lunch")],
    ("order_costs", "amount_not_null"): [*WHOLE, cost("X", amount=None)],
    ("order_costs", "order_id_and_cost_id_unique"): [*WHOLE, cost("X"), cost("X", amount="4")],
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


def exchange_rate(currency, rate="0.92", rate_date=DAY):
    return {"currency": currency, "rate_date": rate_date, "rate": rate and Decimal(rate)}


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


def on_day(rows, number, day):
    """Rows moved to a day of their own, under keys of their own."""
    moved = []
    for row in rows:
        row = {**row, "order_date": day}
        for key in ("order_id", "refund_id"):
            if row.get(key) is not None:
                row[key] = f"{row[key]}{number}"
        for stamp in ("placed_at", *contract.PART_STAMPS.values()):
            if row.get(stamp) not in (None, FUTURE):
                row[stamp] = dt.datetime.combine(day, row[stamp].time())
        moved.append(row)
    return moved


@pytest.fixture(scope="module")
def dirty(tmp_path_factory):
    """A shop with every fault, each on a day of its own beside a good order, and its report."""
    settings = make_settings(tmp_path_factory.mktemp("dirty"), validation={"quarantine_limit_rate": 1})
    rows = []
    for number, bad_rows in enumerate(BAD.values()):
        day = own_day(number)
        rows += [order(f"good{number}", day=day), line(f"good{number}", day=day), *on_day(bad_rows, number, day)]
    land(settings, *rows)
    for name in (table.name for table in contract.KEYED_TABLES):
        land_keyed(settings, name, *(row for (table, _), rows in BAD_KEYED.items() if table == name for row in rows))
    return settings, validate_landing(settings)


@pytest.mark.parametrize(("table", "name"), BAD, ids=lambda value: value)
def test_a_row_that_breaks_a_rule_is_found_and_shown(dirty, table, name):
    _, report = dirty
    day = own_day(list(BAD).index((table, name)))
    found = check(report, table, name)
    rows_of_table = [row for row in BAD[table, name] if row["table"] == table]
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
    parts = [edit("A", amount="-2"), tax_line("A"), payment("A"), payment("A", "2", "5"), cost("A")]
    land(settings, order("A", "15"), line("A"), line("A", "2", "5"), refund("r", "A"), refund("s", None), *parts)
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


def test_an_order_is_kept_back_whole_with_all_its_parts(settings):
    parts = [refund("r", "A"), edit("A"), tax_line("A"), payment("A"), cost("A")]
    land(settings, order("A", "20"), line("A"), line("A", "2", quantity=Decimal(0)), *parts, *shop_of(DAY, 1))
    report = validate_landing(settings)
    assert kept_back(settings) == [
        ("order_costs", "A/1", "with_its_order"),
        ("order_edits", "A/1", "with_its_order"),
        ("order_lines", "A/1", "with_its_order"),
        ("order_lines", "A/2", "quantity_not_zero"),
        ("orders", "A", "with_its_order"),
        ("payments", "A/1", "with_its_order"),
        ("refunds", "r/1", "with_its_order"),
        ("tax_lines", "A/1", "with_its_order"),
    ]
    assert failed(report) == {
        ("order_lines", "quantity_not_zero"): 1,
        **{(table.name, "with_its_order"): 1 for table in contract.ORDER_TABLES},
    }
    assert keys(settings, "order_lines") == [f"{DAY}-0/1"]
    assert all(accepted(settings, table.name) == [] for table in contract.ORDER_PARTS[1:])


@pytest.mark.parametrize("part", [edit, tax_line, payment, cost])
def test_a_bad_part_keeps_its_whole_order_back(settings, part):
    land(settings, order("A"), line("A"), edit("A"), tax_line("A"), payment("A"), cost("A"), part("A", None))
    validate_landing(settings)
    assert {name for name, _, _ in kept_back(settings)} == {
        *("orders", "order_lines", "order_edits", "tax_lines", "payments", "order_costs")
    }
    assert keys(settings) == []


def test_a_kept_row_says_why_and_holds_what_was_landed(settings):
    land(settings, order("A", status="shipped", customer_email_hash="3f"), line("A"), *shop_of(DAY, 1))
    validate_landing(settings)
    path = quarantine.day_file(settings, DAY)
    assert duckdb.sql(f"from '{path}'").columns == list(quarantine.ROW_COLUMNS)
    (*facts, row_json), _ = duckdb.sql(f"from '{path}' order by table_name desc").fetchall()
    digest = store.landed_days(settings)[DAY]
    assert facts == ["bakery", DAY, "orders", 1, "A", "A", "status_known", "status", "shipped", digest]
    assert '"total_gross_amount":10.0000' in row_json
    assert '"customer_email_hash":"3f"' in row_json


@pytest.mark.parametrize(("difference", "is_good"), [("0.03", True), ("-0.03", True), ("0.0301", False)])
def test_an_order_of_one_line_may_be_three_cents_off(settings, difference, is_good):
    land(settings, order("A", str(Decimal(10) + Decimal(difference))), line("A"))
    validate_landing(settings)
    assert keys(settings) == (["A"] if is_good else [])


def test_everything_an_order_consists_of_counts_when_it_is_added_up(settings):
    amounts = {
        "shipping_net_amount": Decimal("4.95"),
        "fee_net_amount": Decimal("0.50"),
        "undistributed_discount_net_amount": Decimal(2),
    }
    land(
        settings,
        order("own tax", "16.45", tax_amount=Decimal(3), **amounts),
        line("own tax", tax_amount=Decimal(99)),
        order("lines' tax", "15.55", **amounts),
        line("lines' tax", tax_amount=Decimal("2.10")),
    )
    assert failed(validate_landing(settings)) == {}


def test_lines_of_every_type_count_when_an_order_is_added_up(settings):
    lines = [line("A", line_type, "2", line_type=line_type) for line_type in ("tip", "duty", "deposit")]
    land(settings, order("A", "16"), line("A"), *lines, order("B", "12"), *({**row, "order_id": "B"} for row in lines))
    validate_landing(settings)
    assert keys(settings) == ["A"]


@pytest.mark.parametrize(
    ("own_tax", "line_tax", "tax_lines", "is_good"),
    [
        ("2.10", "0", ["2.10"], True),
        ("2.10", "0", ["2.12"], True),
        ("2.10", "0", ["2.1201"], False),
        ("2.10", "0", ["1.05", "1.02"], True),
        ("2.10", "0", ["1.05", "1.0199"], False),
        (None, "2.10", ["2.10"], True),
        (None, "2.10", ["2.00"], False),
        ("2.10", "0", [], True),
    ],
)
def test_tax_lines_add_up_to_the_orders_tax_to_a_cent_each(settings, own_tax, line_tax, tax_lines, is_good):
    taxes = [tax_line("A", number, amount) for number, amount in enumerate(tax_lines)]
    own = own_tax and Decimal(own_tax)
    land(settings, order("A", "12.10", tax_amount=own), line("A", tax_amount=Decimal(line_tax)), *taxes)
    assert failed(validate_landing(settings)) == ({} if is_good else {("orders", "tax_lines_add_up"): 1})
    assert keys(settings) == ["A"]


BEFORE = DAY - dt.timedelta(days=40)


@pytest.mark.parametrize(
    ("rates", "is_good"),
    [
        ([], False),
        ([exchange_rate("GBP")], False),
        ([exchange_rate("USD", rate_date=NEXT_DAY)], False),
        ([exchange_rate("USD", rate_date=DAY)], True),
        ([exchange_rate("USD", rate_date=BEFORE)], True),
        ([exchange_rate("USD", "0", DAY), exchange_rate("USD", rate_date=BEFORE)], True),
        # Rates that their own rules keep back convert nothing.
        ([exchange_rate("USD", "0")], False),
        ([exchange_rate("USD", "-1")], False),
        ([exchange_rate("USD", None)], False),
        ([exchange_rate("USD", rate_date=None)], False),
        ([exchange_rate("USD", "0.92"), exchange_rate("USD", "0.93")], False),
        ([exchange_rate("USD", "0.92"), exchange_rate("USD", None)], False),
        ([exchange_rate("USD", "0.92"), exchange_rate("USD", "0.92")], True),
    ],
)
def test_an_order_in_another_currency_needs_a_rate_of_its_day_or_before(settings, rates, is_good):
    land(settings, order("A", currency="USD"), line("A"), order("B"), line("B"))
    land_keyed(settings, "exchange_rates", *rates)
    report = validate_landing(settings)
    assert check(report, "orders", "currency_can_be_converted").passed == is_good
    assert bool(report.rejected) != is_good
    assert (quarantine.validated_digests(settings) == store.landed_days(settings)) == is_good


def test_a_rate_that_comes_later_cures_the_rejected_day_and_leaves_the_good_ones_alone(settings):
    land(settings, *shop_of(NEXT_DAY, 2))
    validate_landing(settings)
    land(settings, order("A", currency="USD"), line("A"))
    assert validate_landing(settings).rejected
    land_keyed(settings, "exchange_rates", exchange_rate("USD", rate_date=BEFORE))
    report = validate_landing(settings)
    assert (report.rejected, report.validated_days) == ([], [DAY])
    land_keyed(settings, "exchange_rates", exchange_rate("USD", rate_date=BEFORE), exchange_rate("USD"))
    assert validate_landing(settings).validated_days == []
    assert keys(settings) == [f"{NEXT_DAY}-0", f"{NEXT_DAY}-1", "A"]


def test_an_order_of_today_is_no_order_of_the_future(settings):
    # Midnight of Amsterdam after the shop's today, in UTC.
    first_of_tomorrow = dt.datetime.combine(AS_OF, dt.time(23))
    today = order("A", placed_at=first_of_tomorrow - dt.timedelta(microseconds=1))
    land(settings, today, line("A"), order("B", placed_at=first_of_tomorrow), line("B"))
    validate_landing(settings)
    assert keys(settings) == ["A"]


def test_a_key_on_two_days_keeps_both_back_until_the_shop_is_repaired(settings):
    land(settings, *shop_of(DAY, 2), order("A"), line("A"), refund("r", None))
    validate_landing(settings)
    assert "A" in keys(settings)
    land(settings, order("A", day=NEXT_DAY), line("A", day=NEXT_DAY), refund("r", None, day=NEXT_DAY))
    report = validate_landing(settings)
    assert failed(report) == {
        ("orders", "order_id_unique"): 2,
        ("order_lines", "with_its_order"): 2,
        ("refunds", "refund_id_and_refund_line_no_unique"): 2,
    }
    assert report.validated_days == [DAY, NEXT_DAY]
    assert keys(settings) == [f"{DAY}-0", f"{DAY}-1"]
    land(settings, order("B", day=NEXT_DAY), line("B", day=NEXT_DAY))
    assert failed(validate_landing(settings)) == {}
    assert keys(settings) == [f"{DAY}-0", f"{DAY}-1", "A", "B"]
    assert validate_landing(settings).validated_days == []


def test_a_row_repeated_exactly_is_taken_once_and_counted(settings):
    land(settings, order("A"), order("A"), line("A"), line("A"), line("A"), refund("r", "A"))
    report = validate_landing(settings)
    assert failed(report) == {}
    assert keys(settings) == ["A"]
    assert keys(settings, "order_lines") == ["A/1"]
    counts = {total.table: (total.read_count, total.repeated_count, total.accepted_count) for total in report.totals}
    assert counts == {"orders": (2, 1, 1), "order_lines": (3, 2, 1), "refunds": (1, 0, 1)}
    amounts = records(settings, "table_name = 'order_lines'")[0][-4:]
    assert amounts == (Decimal(30), Decimal(20), Decimal(10), Decimal(0))


def test_a_repeated_row_of_a_keyed_table_is_taken_once(settings):
    land_keyed(settings, "customers", {"customer_id": "A"}, {"customer_id": "A"}, {"customer_id": "B"})
    assert failed(validate_landing(settings)) == {}
    rows = duckdb.sql(quarantine.accepted_keyed_query(settings, "customers")).fetchall()
    assert sorted(row[0] for row in rows) == ["A", "B"]


@pytest.mark.parametrize(
    ("rows", "table", "name", "words"),
    [
        (
            [order("A", currency="USD"), line("A")],
            "orders",
            "currency_can_be_converted",
            f"A: currency = USD, without a rate on or before {DAY}",
        ),
        (
            [order("A"), line("A"), edit("A", amount="-3"), counted(2, "13")],
            "source_counts",
            "amount_matches_source",
            "7.0000 landed, the source counts 13.0000",
        ),
        (
            [order("A"), line("A"), counted(2, "10")],
            "source_counts",
            "rows_match_source",
            "1 landed, the source counts 2",
        ),
        (
            [order("A"), line("A"), counted(1, "10.0001")],
            "source_counts",
            "amount_matches_source",
            "10.0000 landed, the source counts 10.0001",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_batch_that_cannot_be_trusted_is_rejected_whole(settings, rows, table, name, words):
    land(settings, *shop_of(NEXT_DAY, 2))
    validate_landing(settings)
    before = files(settings)
    land(settings, *rows)
    land(settings, *shop_of(NEXT_DAY, 3))
    report = validate_landing(settings)
    (reason,) = report.rejected
    assert reason.startswith(f"{table}: {name}. ")
    assert words in reason
    assert f"{DAY}" in reason
    assert "docs/runbook.md, 'A batch was rejected'" in reason
    assert not check(report, table, name).passed
    after = files(settings)
    assert after.pop("rejected.parquet")
    # Nothing of the batch may be loaded, and what was validated before stays as it was.
    assert after == before
    assert quarantine.validated_digests(settings)[NEXT_DAY] != store.landed_days(settings)[NEXT_DAY]
    land(settings, order("A"), line("A"))
    assert validate_landing(settings).rejected == []
    assert list(files(settings)) == ["validated.parquet"]
    assert quarantine.validated_digests(settings) == store.landed_days(settings)


def test_days_that_the_source_does_not_count_are_named_and_loaded(settings):
    quiet_day = NEXT_DAY + dt.timedelta(days=1)
    land(settings, *shop_of(DAY, 2), days=(quiet_day,), is_counted=False)
    land(settings, *shop_of(NEXT_DAY, 1), counted(2, "10", day=NEXT_DAY))
    report = validate_landing(settings)
    # The day that is counted is still held to its count.
    assert failed(report) == {("source_counts", "day_is_counted"): 2, ("source_counts", "rows_match_source"): 1}
    assert [example["value"] for example in check(report, "source_counts", "day_is_counted").examples] == [
        *("2 landed, not counted by the source", "0 landed, not counted by the source"),
    ]
    land(settings, *shop_of(NEXT_DAY, 1))
    assert validate_landing(settings).rejected == []
    assert len(keys(settings)) == 3


def test_a_day_that_lost_all_its_rows_is_held_to_its_count(settings):
    land(settings, counted(1, "10"))
    assert failed(validate_landing(settings)) == {
        ("source_counts", "rows_match_source"): 1,
        ("source_counts", "amount_matches_source"): 1,
    }


def test_rows_that_the_source_leaves_out_and_names_are_not_missing(settings):
    land(settings, order("A"), line("A"), counted(3, "12"), counted(2, "2", "not_an_order: stock write-off"))
    assert validate_landing(settings).rejected == []


def bad_orders(count, lines=1):
    rows = []
    for number in range(count):
        rows.append(order(f"bad{number}", str(10 * lines), status="shipped"))
        rows += [line(f"bad{number}", str(line_id)) for line_id in range(lines)]
    return rows


@pytest.mark.parametrize(("bad", "good", "is_rejected"), [(10, 0, False), (11, 1088, True), (11, 1089, False)])
def test_more_than_ten_orders_and_more_than_one_percent_reject_the_batch(settings, bad, good, is_rejected):
    land(settings, *bad_orders(bad), *shop_of(DAY, good))
    report = validate_landing(settings)
    assert bool(report.rejected) == is_rejected
    assert check(report, "orders", catalogue.QUARANTINE_LIMIT).passed != is_rejected
    if is_rejected:
        assert (
            f"11 of {bad + good:,} rows (1.0%) would be quarantined, more than the limit of 1.0% (status_known: 11)"
            in report.rejected[0]
        )
        assert quarantine.validated_digests(settings) == {}


def test_one_bad_order_of_thirty_lines_does_not_stop_a_small_shop(settings):
    land(settings, *bad_orders(1, lines=30), *shop_of(DAY, 5))
    report = validate_landing(settings)
    assert report.rejected == []
    assert check(report, "order_lines", catalogue.QUARANTINE_LIMIT).failed_count == 30


def test_bad_orders_that_wait_in_quarantine_do_not_reject_later_nights(settings):
    days = [DAY + dt.timedelta(days=number) for number in range(12)]
    bad = [row for day in days for row in (order(f"bad{day}", status="shipped", day=day), line(f"bad{day}", day=day))]
    land(settings, *bad, *(row for day in days for row in shop_of(day, 90)))
    limited = settings.model_copy(
        update={"validation": settings.validation.model_copy(update={"quarantine_limit_rate": 0.011})}
    )
    assert validate_landing(limited).rejected == []
    # Now only the days with bad orders are looked at, under a limit that they would pass.
    report = validate_landing(settings)
    assert report.validated_days == days
    assert report.rejected == []
    assert check(report, "orders", "status_known").failed_count == 12


def test_validating_again_changes_no_byte(settings):
    land(settings, *shop_of(DAY, 3), *bad_orders(2), line("nobody's"), refund("r", "bad0"))
    land(settings, *shop_of(NEXT_DAY, 3))
    land_keyed(settings, "customers", {"customer_id": None}, {"customer_id": "A"})
    first = validate_landing(settings)
    before = files(settings)
    second = validate_landing(settings)
    assert files(settings) == before
    assert (first.validated_days, second.validated_days) == ([DAY, NEXT_DAY], [DAY])
    assert failed(first) == failed(second)


def test_steps_and_batches_of_any_size_give_the_same_records(tmp_path):
    days = [DAY + dt.timedelta(days=number) for number in range(4)]
    rows = {day: [*shop_of(day, 600), *on_day(bad_orders(1), day.day, day)] for day in days}
    whole, small, daily = (
        make_settings(tmp_path / name, extract={"batch_rows": size})
        for name, size in (("whole", 250_000), ("small", 1_000), ("daily", 250_000))
    )
    for settings in (whole, small):
        for day in days:
            land(settings, *rows[day])
        validate_landing(settings)
    for day in reversed(days):
        land(daily, *rows[day])
        validate_landing(daily)
    assert files(whole) == files(small) == files(daily)


def test_an_empty_landing_is_validated_and_says_so(settings):
    report = validate_landing(settings)
    assert report.rejected == []
    assert report.totals == []
    assert check(report, "orders", "orders_are_fresh").examples[0]["value"] == "no orders at all"
    assert quarantine.validated_digests(settings) == {}
    assert quarantine.accepted_rows_query(settings, "orders", []) is None


def test_a_day_without_orders_is_validated_like_any_other(settings):
    land(settings, days=(DAY,))
    assert failed(validate_landing(settings)) == {}
    assert quarantine.validated_digests(settings) == store.landed_days(settings)
    assert [row[1:7] for row in records(settings, "rule = 'all rules'")] == [
        ("order_lines", "all rules", "all", 0, 0, 0),
        ("orders", "all rules", "all", 0, 0, 0),
    ]
    assert accepted(settings) == []


def test_the_records_count_each_row_once_and_each_broken_rule(settings):
    land(settings, order("A", "4", status="shipped"), line("A"), refund("r", "A"), *shop_of(DAY, 1))
    validate_landing(settings)
    found = [(row[1], row[2], *row[4:9], *row[9:]) for row in records(settings, f"order_date = '{DAY}'")]
    zero = Decimal(0)
    assert [row for row in found if row[0] != "order_lines" and row[1] != "orders_are_fresh"] == [
        ("orders", "all rules", 2, 0, 1, 1, 0, zero, zero, zero, zero),
        ("orders", "order_adds_up", 0, 0, 0, 1, 0, zero, zero, zero, zero),
        ("orders", "status_known", 0, 0, 0, 1, 0, zero, zero, zero, zero),
        ("refunds", "all rules", 1, 0, 0, 1, 0, Decimal(-4), zero, zero, Decimal(-4)),
        ("refunds", "with_its_order", 0, 0, 0, 1, 0, zero, zero, zero, Decimal(-4)),
    ]


def test_a_day_that_leaves_the_landing_leaves_no_trace(settings):
    land(settings, *bad_orders(1))
    land(settings, *shop_of(NEXT_DAY, 1))
    validate_landing(settings)
    for path in (settings.landing_path / "days" / f"{DAY}").iterdir():
        path.unlink()
    (settings.landing_path / "days" / f"{DAY}").rmdir()
    validate_landing(settings)
    assert kept_back(settings) == []
    assert quarantine.validated_digests(settings).keys() == {NEXT_DAY}


def test_a_run_killed_before_the_record_is_repaired_by_the_next(settings, monkeypatch):
    land(settings, order("A"), line("A"))
    land(settings, order("A", day=NEXT_DAY), line("A", day=NEXT_DAY))
    validate_landing(settings)
    assert kept_back(settings)
    land(settings, days=(NEXT_DAY,))

    def killed(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(quarantine, "write_records", killed)
        with pytest.raises(KeyboardInterrupt):
            validate_landing(settings)
    # The first day's file is gone already, its record is not: the day must not be taken for done.
    assert kept_back(settings) == []
    assert validate_landing(settings).validated_days == [DAY, NEXT_DAY]
    assert keys(settings) == ["A"]
    assert quarantine.quarantined_days(settings) == set()


def test_other_rules_validate_every_day_again(settings):
    land(settings, *shop_of(DAY, 1))
    validate_landing(settings)
    assert validate_landing(settings).validated_days == []
    other = settings.model_copy(update={"shop": settings.shop.model_copy(update={"currency": "USD"})})
    assert "currency_can_be_converted" in validate_landing(other).rejected[0]


def test_a_today_set_back_looks_again_at_what_is_now_the_future(settings):
    land(settings, *shop_of(DAY, 1))
    land(settings, *shop_of(NEXT_DAY + dt.timedelta(days=1), 1))
    validate_landing(settings)
    earlier = settings.model_copy(update={"shop": settings.shop.model_copy(update={"as_of": NEXT_DAY})})
    assert failed(validate_landing(earlier)) == {
        ("orders", "placed_not_in_future"): 1,
        ("order_lines", "with_its_order"): 1,
    }


def test_half_written_files_are_never_taken_up(settings, monkeypatch):
    land(settings, *bad_orders(1))
    replace = os.replace

    def full(source, target, **options):
        if "validated" in str(target):
            raise OSError(28, "No space left on device")
        replace(source, target, **options)

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(OSError, match="No space left"):
        validate_landing(settings)
    monkeypatch.undo()
    assert quarantine.validated_digests(settings) == {}
    assert validate_landing(settings).validated_days == [DAY]


ids = st.sampled_from(["A", "B", "C", None])
amounts = st.sampled_from(["10", "5", "0", "-3"])
days = st.sampled_from([DAY, NEXT_DAY])
any_order = st.builds(order, ids, amounts, days, status=st.sampled_from(["paid", "odd"]))
any_line = st.builds(line, ids, st.sampled_from(["1", "2", None]), amounts, days)
any_refund = st.builds(refund, st.sampled_from(["r", "s"]), ids, amounts, days)
any_part = st.one_of(st.builds(part, ids, st.sampled_from([None, "1", "2"]), amounts, days) for part in (edit, payment))


@given(st.lists(any_order | any_line | any_refund | any_part, max_size=12))
@hypothesis_settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_of_any_shop_every_row_is_repeated_accepted_or_quarantined(tmp_path_factory, rows):
    settings = make_settings(tmp_path_factory.mktemp("any"))
    # What every source promises: the parts of an order lie on a day of it.
    order_days = {row["order_id"]: row["order_date"] for row in rows if row["table"] == "orders"}
    rows = [{**row, "order_date": order_days.get(row["order_id"], row["order_date"])} for row in rows]
    land(settings, *rows, days=(DAY, NEXT_DAY))
    report = validate_landing(settings)
    assert not report.rejected
    for total in report.totals:
        assert total.read_count == sum(row["table"] == total.table for row in rows)
        assert total.read_count == total.repeated_count + total.accepted_count + total.quarantined_count
        assert total.accepted_count == len(accepted(settings, total.table))
    whole = records(settings, "rule = 'all rules'")
    assert all(read == repeated + good + bad for *_, read, repeated, good, bad in whole)
    # No order is loaded in part, and no key twice.
    orders = {row[1] for row in accepted(settings)}
    assert len(orders) == len(accepted(settings))
    assert all({row[1] for row in accepted(settings, name)} <= orders for name in ("order_edits", "payments"))
    assert {row[1] for row in accepted(settings, "order_lines")} <= orders
    expected = {(row["order_id"], row["line_id"]) for row in rows if row["table"] == "order_lines"}
    loaded = [(row[1], row[2]) for row in accepted(settings, "order_lines")]
    assert set(loaded) == {key for key in expected if key[0] in orders}
    assert len(set(loaded)) == len(loaded)
