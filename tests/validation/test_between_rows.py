"""Rules between rows and tables: what an order adds up to, its currency, its day, keys and repeats."""

import datetime as dt
from decimal import Decimal

import duckdb
import pytest

from pipelines.landing import quarantine, store
from pipelines.validation.validate import validate_landing
from tests.support.builders import exchange_rate, line, order, refund, tax_line
from tests.support.landed import DAY, NEXT_DAY, TODAY, good_orders, land, land_keyed
from tests.validation.results import check, failed, keys, records


@pytest.mark.parametrize(("difference", "is_good"), [("0.03", True), ("-0.03", True), ("0.0301", False)])
def test_an_order_of_one_line_may_be_three_cents_off(settings, difference, is_good):
    land(settings, order("A", total=10 + Decimal(difference)), line("A"))
    validate_landing(settings)
    assert keys(settings) == (["A"] if is_good else [])


def test_everything_an_order_consists_of_counts_when_it_is_added_up(settings):
    amounts = {"shipping_net_amount": "4.95", "fee_net_amount": "0.50", "undistributed_discount_net_amount": 2}
    land(
        settings,
        order("own tax", total="16.45", tax_amount=3, **amounts),
        line("own tax", tax_amount=99),
        order("lines' tax", total="15.55", **amounts),
        line("lines' tax", tax_amount="2.10"),
    )
    assert failed(validate_landing(settings)) == {}


def test_lines_of_every_type_count_when_an_order_is_added_up(settings):
    lines = [line("A", line_type, 2, line_type=line_type) for line_type in ("tip", "duty", "deposit")]
    same = [{**row, "order_id": "B"} for row in lines]
    land(settings, order("A", total=16), line("A"), *lines, order("B", total=12), *same)
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
    taxes = [tax_line("A", amount, number=number) for number, amount in enumerate(tax_lines)]
    land(settings, order("A", total="12.10", tax_amount=own_tax), line("A", tax_amount=line_tax), *taxes)
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
    land(settings, *good_orders(NEXT_DAY, 2))
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
    first_of_tomorrow = dt.datetime.combine(TODAY, dt.time(22))
    today = order("A", placed_at=first_of_tomorrow - dt.timedelta(microseconds=1))
    land(settings, today, line("A"), order("B", placed_at=first_of_tomorrow), line("B"))
    validate_landing(settings)
    assert keys(settings) == ["A"]


def test_a_key_on_two_days_keeps_both_back_until_the_shop_is_repaired(settings):
    land(settings, *good_orders(DAY, 2), order("A"), line("A"), refund("r"))
    validate_landing(settings)
    assert "A" in keys(settings)
    land(settings, order("A", NEXT_DAY), line("A"), refund("r", order_date=NEXT_DAY))
    report = validate_landing(settings)
    assert failed(report) == {
        ("orders", "order_id_unique"): 2,
        ("order_lines", "with_its_order"): 2,
        ("refunds", "refund_id_and_refund_line_no_unique"): 2,
    }
    assert report.validated_days == [DAY, NEXT_DAY]
    assert keys(settings) == [f"{DAY}-0", f"{DAY}-1"]
    land(settings, order("B", NEXT_DAY), line("B"))
    assert failed(validate_landing(settings)) == {}
    assert keys(settings) == [f"{DAY}-0", f"{DAY}-1", "A", "B"]
    assert validate_landing(settings).validated_days == []


def test_a_row_repeated_exactly_is_taken_once_and_counted(settings):
    land(settings, *2 * [order("A", total=10)], *3 * [line("A")], refund("r", order_id="A"))
    report = validate_landing(settings)
    assert failed(report) == {}
    assert keys(settings) == ["A"]
    assert keys(settings, "order_lines") == ["A/1"]
    counts = {total.table: (total.read_count, total.repeated_count, total.accepted_count) for total in report.totals}
    assert counts == {"orders": (2, 1, 1), "order_lines": (3, 2, 1), "refunds": (1, 0, 1)}
    amounts = records(settings, "table_name = 'order_lines'")[0][-5:]
    assert amounts == (Decimal(30), Decimal(20), Decimal(0), Decimal(10), Decimal(0))


OLD, NEW = "2024-03-05 10:00:00", "2024-03-06 10:00:00"


def versions(*stamps, **columns):
    """Versions of one order of 10 and 2 shipping, each with another status where there are two stamps."""
    words = ("pending", "paid", "cancelled")
    stamped = zip(stamps, words, strict=False)
    return [order("A", total=12, shipping_net_amount=2, updated_at=at, status=word, **columns) for at, word in stamped]


def left_out(report):
    return {
        total.table: (total.read_count, total.repeated_count, total.superseded_count, total.quarantined_count)
        for total in report.totals
        if total.read_count
    }


def test_of_two_versions_of_an_order_the_newer_counts_and_the_older_is_counted(settings):
    land(settings, *versions(OLD, NEW), *2 * [line("A")])
    report = validate_landing(settings)
    assert failed(report) == {}
    assert left_out(report) == {"orders": (2, 0, 1, 0), "order_lines": (2, 1, 0, 0)}
    query = quarantine.accepted_rows_query(settings, "orders", [DAY])
    assert duckdb.sql(f"select order_id, status from ({query})").fetchall() == [("A", "paid")]
    assert str(report).endswith("4 rows = 2 accepted + 0 quarantined + 1 exact repeats + 1 superseded")
    # Read, repeated, superseded, accepted, quarantined: the older version's shipping is not loaded.
    amounts = records(settings, "table_name = 'orders'")[0][-5:]
    assert amounts == (Decimal(4), Decimal(0), Decimal(2), Decimal(2), Decimal(0))


@pytest.mark.parametrize("stamps", [(None, None), (None, NEW), (NEW, NEW)])
def test_versions_that_no_stamp_tells_apart_stay_in_quarantine(settings, stamps):
    land(settings, *versions(*stamps), line("A"))
    report = validate_landing(settings)
    assert failed(report)[("orders", "order_id_unique")] == 2
    assert left_out(report) == {"orders": (2, 0, 0, 2), "order_lines": (1, 0, 0, 1)}


def test_two_newest_versions_keep_each_other_back_and_an_older_one_is_superseded(settings):
    land(settings, *versions(OLD, NEW, NEW), line("A"))
    report = validate_landing(settings)
    assert left_out(report) == {"orders": (3, 0, 1, 2), "order_lines": (1, 0, 0, 1)}


def test_the_older_version_may_lie_on_another_day_and_counts_again_once_the_newer_is_gone(settings):
    land(settings, *versions(OLD), line("A"))
    validate_landing(settings)
    assert keys(settings) == ["A"]
    newer = [order("A", NEXT_DAY, total=12, shipping_net_amount=2, updated_at=NEW), line("A")]
    land(settings, *newer)
    report = validate_landing(settings)
    assert report.validated_days == [DAY, NEXT_DAY]
    # The line on the older version's day has lost its order.
    assert failed(report) == {("order_lines", "line_has_order"): 1}
    assert left_out(report) == {"orders": (2, 0, 1, 0), "order_lines": (2, 0, 0, 1)}
    assert keys(settings) == ["A"]
    land(settings, order("B", NEXT_DAY), line("B"))
    assert left_out(validate_landing(settings)) == {"orders": (2, 0, 0, 0), "order_lines": (2, 0, 0, 0)}
    assert keys(settings) == ["A", "B"]
    assert validate_landing(settings).validated_days == []


def test_a_newest_version_that_breaks_a_rule_does_not_bring_the_older_one_back(settings):
    older, newer = versions(OLD, NEW)
    land(settings, older, {**newer, "status": "dunno"}, line("A"))
    assert left_out(validate_landing(settings)) == {"orders": (2, 0, 1, 1), "order_lines": (1, 0, 0, 1)}
    assert keys(settings) == []


def test_a_repeated_row_of_a_keyed_table_is_taken_once(settings):
    land_keyed(settings, "customers", {"customer_id": "A"}, {"customer_id": "A"}, {"customer_id": "B"})
    assert failed(validate_landing(settings)) == {}
    rows = duckdb.sql(quarantine.accepted_keyed_query(settings, "customers")).fetchall()
    assert sorted(row[0] for row in rows) == ["A", "B"]
