"""The demo shop: a valid shop by the contract, alive as of any day, with every trap and a truth that its rows meet."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from decimal import Decimal
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from pipelines import contract
from pipelines.errors import SourceError
from pipelines.extraction import extract
from pipelines.settings import PROJECT_ROOT, Settings, load_settings
from pipelines.sources.demo import Demo, parameters_of
from pipelines.sources.demo.history import CLOSES_AFTER_DAYS, History, Parameters, live
from pipelines.sources.demo.people import RATE_MEAN_PER_WEEK
from pipelines.sources.demo.shop import day_counts, planted, tables
from pipelines.sources.demo.truth import truth
from pipelines.sources.source import open_source
from pipelines.validation import validate
from tests.sources.deliveries import by_key, collect, opened, read_all
from tests.sources.demo_ledger import PART_TABLES, invalid_reason, net_revenue, parts_by_order, total
from tests.support.shops import make_settings

START, EARLY, LATE, END = dt.date(2023, 1, 1), dt.date(2023, 6, 10), dt.date(2024, 7, 1), dt.date(2025, 7, 1)
SMALL = Parameters(customers=200)
AMSTERDAM = ZoneInfo("Europe/Amsterdam")

TRAPS = {
    *("full_refund", "partial_refund", "late_refund", "refund_without_stamp", "refund_not_restocked", "amount_refund"),
    *("over_refund", "goodwill", "shipping_refund", "refund_adjustment", "refund_pending_then_settled"),
    *("refund_failed", "chargeback", "credit_note_without_order", "store_credit_issued", "store_credit_spent"),
    *("edit_added", "edit_removed", "exchange_even", "exchange_uneven", "returned_for_exchange", "exchange_order"),
    *("exchanged_for_free", "exchange_order_free", "replaced", "replacement", "deleted", "reattributed"),
    *("failed", "draft", "draft_then_paid", "pending", "pending_then_paid", "pending_then_expired"),
    *("confirmed_then_paid", "paid_later", "paid_after_expiry", "never_paid", "never_paid_then_expired"),
    *("cancelled_before_payment", "cancelled_after_payment", "cancelled_part_kept", "invoice_paid"),
    *("invoice_refunded", "zero_value_code", "zero_value_order_code", "sample", "test", "gift_card_sold"),
    *("gift_card_redeemed", "voucher_sold", "voucher_redeemed", "loyalty_points", "welcome_code", "line_discount"),
    *("order_discount", "free_shipping", "shipping_as_line", "shipping_income", "order_fee", "gift_wrap"),
    *("cost_unknown", "guest", "guest_then_account", "accounts_merged", "accounts_merged_twice"),
    *("oss_destination_rate", "reverse_charge", "tax_exclusive_prices", "business", "currency_GBP", "currency_USD"),
    *("currency_CHF", "staff", "marketplace", "till_sale", "vat_21", "vat_9", "vat_0", "tip", "duty", "deposit"),
    *("adjustment", "changed_without_stamp", "clock_forward", "clock_back", "two_orders_on_a_day"),
}


@pytest.fixture(scope="module")
def history() -> History:
    return live(SMALL, END)


@pytest.fixture(scope="module")
def shop(history):
    return tables(history, END)


@pytest.fixture(scope="module")
def parts(shop):
    return parts_by_order(shop)


@pytest.fixture(scope="module")
def orders(shop):
    return by_key(shop["orders"], "order_id")


@pytest.fixture(scope="module")
def traps(history):
    return planted(history, END)


def make_demo(tmp_path, customers=60, **shop) -> Settings:
    return make_settings(
        tmp_path,
        source={"kind": "demo", "customers": customers},
        shop={"id": "demo", "start_date": START, "as_of": LATE, **shop},
    )


# One history


def test_the_same_seed_is_the_same_shop_and_another_seed_another(history, shop):
    assert tables(live(SMALL, END), END) == shop
    other = tables(live(Parameters(customers=200, seed=2), END), END)
    assert len(other["orders"]) > 100
    # Ids say who bought and when in his life, not what.
    assert other["order_lines"] != shop["order_lines"]


def test_what_is_seen_as_of_a_day_does_not_depend_on_how_long_the_shop_lived(history):
    short = live(SMALL, LATE)
    assert tables(short, LATE) == tables(history, LATE)
    assert day_counts(short, LATE) == day_counts(history, LATE)
    assert truth(short, LATE).orders == truth(history, LATE).orders
    assert planted(short, LATE) == planted(history, LATE)


def test_it_cannot_be_seen_as_of_a_day_that_it_has_not_lived_to(history):
    with pytest.raises(ValueError, match="2025-07-01"):
        tables(history, END + dt.timedelta(days=1))


def test_more_customers_leave_the_first_ones_as_they_are(shop):
    fewer = tables(live(Parameters(customers=80), END), END)
    assert 0 < len(fewer["orders"]) < len(shop["orders"])
    for name, table in contract.TABLES.items():
        if name != "source_counts":
            assert by_key(fewer[name], *table.key).items() <= by_key(shop[name], *table.key).items(), name


def test_a_shop_of_no_customers_shows_every_trap():
    assert set(planted(live(Parameters(customers=0), END), END)) == TRAPS


def test_the_shop_closes_and_goes_on_being_readable():
    far = START + dt.timedelta(days=CLOSES_AFTER_DAYS + 800)
    found = tables(live(Parameters(customers=5), far), far)
    last = max(order["order_date"] for order in found["orders"])
    # What follows from an order may still be an order: an exchange, a card that is redeemed.
    assert START + dt.timedelta(days=3200) < last < START + dt.timedelta(days=CLOSES_AFTER_DAYS + 120)


# A live shop


def test_a_later_day_adds_changes_and_takes_away_what_happened_between(history):
    before, after = (by_key(tables(history, day)["orders"], "order_id") for day in (EARLY, END))
    between = [SMALL.midnight(EARLY), SMALL.midnight(END)]
    gone = before.keys() - after.keys()
    assert (
        gone
        == (set(planted(history, END)["deleted"]) - set(planted(history, EARLY).get("deleted", []))) & before.keys()
    )
    assert gone
    added = [after[order_id]["placed_at"] for order_id in after.keys() - before.keys()]
    assert added
    assert all(between[0] <= at < between[1] for at in added)
    changed = [order_id for order_id in before.keys() & after.keys() if before[order_id] != after[order_id]]
    stamped = [order_id for order_id in changed if before[order_id]["updated_at"] != after[order_id]["updated_at"]]
    assert all(between[0] <= after[order_id]["updated_at"] < between[1] for order_id in stamped)
    # Old orders too, not only those of the last week.
    assert min(before[order_id]["placed_at"] for order_id in stamped) < between[0] - dt.timedelta(days=60)


def test_some_changes_move_no_stamp(history):
    days = (dt.date(2023, 4, 15), END)
    orders = [by_key(tables(history, day)["orders"], "order_id") for day in days]
    refunds = [Counter(row["order_id"] for row in tables(history, day)["refunds"]) for day in days]
    silent = [
        order_id
        for order_id in orders[0].keys() & orders[1].keys()
        if orders[0][order_id]["updated_at"] == orders[1][order_id]["updated_at"]
        and (orders[0][order_id] != orders[1][order_id] or refunds[0][order_id] != refunds[1][order_id])
    ]
    assert silent
    assert set(silent) <= set(planted(history, END)["changed_without_stamp"])


def test_an_order_and_its_lines_stay_as_they_were_placed(history):
    placed = ("total_gross_amount", "tax_amount", "shipping_net_amount", "placed_at", "currency", "customer_id")
    early, late = tables(history, EARLY), tables(history, END)
    orders, lines = by_key(late["orders"], "order_id"), by_key(late["order_lines"], "order_id", "line_id")
    for order in early["orders"]:
        if order["order_id"] in orders:
            assert [order[name] for name in placed] == [orders[order["order_id"]][name] for name in placed]
    for line in early["order_lines"]:
        if line["order_id"] in orders:
            assert line == lines[line["order_id"], line["line_id"]]


def test_nothing_is_known_before_it_happened(history, shop):
    end = SMALL.midnight(END)
    for name, table in contract.TABLES.items():
        instants = [column.name for column in table.columns if column.type == "instant"]
        for row in shop.get(name, []):
            assert all(row[column] is None or row[column] < end for column in instants), (name, row)


# The contract


def test_every_row_keeps_the_rules_of_its_columns(shop):
    for name, table in contract.TABLES.items():
        if name == "source_counts":
            continue
        assert shop[name], name
        by_key(shop[name], *table.key)
        for row in shop[name]:
            assert row.keys() - {"order_date"} == set(table.column_names), name
            for column in table.columns:
                value = row[column.name]
                value = column.default_value if value is None else value
                assert value is not None or not column.required, (name, column.name, row)
                assert column.allowed is None or value is None or value in column.allowed, (name, column.name, row)
                assert column.minimum is None or value is None or value >= column.minimum, (name, column.name, row)


def test_parts_lie_on_the_day_of_their_order_and_days_are_local(shop, orders):
    for order in shop["orders"]:
        local = order["placed_at"].replace(tzinfo=dt.UTC).astimezone(AMSTERDAM)
        assert order["order_date"] == local.date()
    for name in PART_TABLES:
        for row in shop[name]:
            if row["order_id"] is not None or name != "refunds":
                assert row["order_date"] == orders[row["order_id"]]["order_date"]
    for name, column in (("customer_aliases", "surviving_customer_id"), ("subscriptions", "customer_id")):
        assert {row[column] for row in shop[name]} <= {row["customer_id"] for row in shop["customers"]}
    assert {order["customer_id"] for order in shop["orders"]} - {None} <= {
        row["customer_id"] for row in shop["customers"]
    }


def test_every_order_adds_up(orders, parts):
    for order_id, order in orders.items():
        lines = parts[order_id]["order_lines"]
        found = (
            total(lines, "net_amount")
            + order["tax_amount"]
            + order["shipping_net_amount"]
            + order["fee_net_amount"]
            - order["undistributed_discount_net_amount"]
        )
        tolerance = Decimal("0.01") * (len(lines) + 2)
        if order["prices_include_tax"]:
            tolerance = Decimal(0)
        assert abs(found - order["total_gross_amount"]) <= tolerance, order_id
        assert order["total_gross_amount"] == round(order["total_gross_amount"], 2)
        if order["sales_channel"] != "pos":
            assert total(parts[order_id]["tax_lines"], "tax_amount") == order["tax_amount"], order_id


def test_every_line_is_taxed_to_the_cent(orders, parts):
    rates: defaultdict[str, set[Decimal]] = defaultdict(set)
    for order_id, order in orders.items():
        for line in parts[order_id]["order_lines"]:
            if line["list_net_amount"] is not None:
                assert line["list_net_amount"] == line["net_amount"] + line["discount_net_amount"]
            if line["tax_rate"] is None:
                assert line["tax_amount"] == 0
                continue
            rates[order["country"]].add(line["tax_rate"])
            price = line["net_amount"] + line["tax_amount"]
            assert abs(line["tax_amount"] - line["net_amount"] * line["tax_rate"]) <= Decimal("0.0061"), line
            assert not order["prices_include_tax"] or price == round(price, 2)
    percent = {country: {int(rate * 1000) for rate in found} for country, found in rates.items()}
    assert percent["NL"] == {210, 90, 0}
    assert {190, 70} <= percent["DE"]
    assert {210, 60} <= percent["BE"]
    assert {200, 55} <= percent["FR"]
    assert percent["US"] == percent["GB"] == percent["CH"] == {0}


def test_a_discount_on_the_order_takes_its_tax_along(orders, parts):
    checked = 0
    for order_id, order in orders.items():
        lines = [line for line in parts[order_id]["order_lines"] if line["tax_rate"] is not None]
        rates = {line["tax_rate"] for line in lines}
        # Shipping is taxed as goods of one rate are.
        if not order["undistributed_discount_net_amount"] or len(rates) != 1 or order["fee_net_amount"]:
            continue
        taxed = total(lines, "net_amount") + order["shipping_net_amount"] - order["undistributed_discount_net_amount"]
        assert abs(order["tax_amount"] - taxed * rates.pop()) <= Decimal("0.01") * (2 * len(lines) + 1), order_id
        checked += order["tax_amount"] > 0
    assert checked > 5


def test_payments_pay_the_order_and_what_was_added(orders, parts):
    for order_id, order in orders.items():
        settled = [row for row in parts[order_id]["payments"] if row["state"] == "settled"]
        if order["paid_at"] is not None and not parts[order_id]["order_edits"]:
            assert total(settled, "amount") == order["total_gross_amount"], order_id
        assert all((row["paid_at"] is not None) == (row["state"] == "settled") for row in parts[order_id]["payments"])


def test_rates_are_published_on_trading_days_and_there_before_they_are_needed(shop, orders):
    rate_days = defaultdict(set)
    for row in shop["exchange_rates"]:
        rate_days[row["currency"]].add(row["rate_date"])
        assert row["rate_date"].weekday() < 5
        assert Decimal("0.5") < row["rate"] < 2
    foreign = [order for order in orders.values() if order["currency"] != "EUR"]
    assert {order["currency"] for order in foreign} == {"GBP", "USD", "CHF"} == rate_days.keys()
    assert all(min(rate_days[order["currency"]]) <= order["order_date"] for order in foreign)
    assert any(order["order_date"] not in rate_days[order["currency"]] for order in foreign)


def test_costs_change_over_time_and_some_are_unknown(shop):
    dated = Counter((row["product_id"], row["variant_id"]) for row in shop["product_costs"])
    unknown = [row for row in shop["products"] if row["unit_cost_amount"] is None]
    undated = [
        row for row in shop["products"] if row["unit_cost_amount"] is not None and row["cost_valid_from"] is None
    ]
    assert max(dated.values()) > 2
    assert unknown
    assert undated
    assert all((row["product_id"], row["variant_id"]) not in dated for row in unknown + undated)


# The traps


SHOWS = {
    "full_refund": lambda o, p: o["status"] == "refunded" and net_revenue(o, p) == 0,
    "partial_refund": lambda o, p: o["status"] == "partially_refunded" and net_revenue(o, p) > 0,
    "late_refund": lambda o, p: p["refunds"][0]["refunded_at"] - o["placed_at"] > dt.timedelta(days=200),
    "refund_without_stamp": lambda o, p: o["updated_at"] < p["refunds"][0]["refunded_at"],
    "refund_not_restocked": lambda o, p: not any(r["is_restocked"] for r in p["refunds"] if r["kind"] == "line"),
    "amount_refund": lambda o, p: [r["line_id"] for r in p["refunds"] if r["kind"] == "amount"] == [None],
    "over_refund": lambda o, p: net_revenue(o, p) < 0,
    "shipping_refund": lambda o, p: p["refunds"][0]["shipping_net_amount"] == o["shipping_net_amount"] > 0,
    "refund_adjustment": lambda o, p: p["refunds"][0]["kind"] == "adjustment",
    "refund_pending_then_settled": lambda o, p: {r["state"] for r in p["refunds"]} == {"settled"},
    "refund_failed": lambda o, p: {r["state"] for r in p["refunds"]} == {"failed"} and net_revenue(o, p) > 0,
    "chargeback": lambda o, p: "chargeback_fee" in {c["kind"] for c in p["order_costs"]} and net_revenue(o, p) == 0,
    "store_credit_issued": lambda o, p: all(r["is_store_credit"] for r in p["refunds"]),
    "store_credit_spent": lambda o, p: "store_credit" in {row["kind"] for row in p["payments"]},
    "edit_added": lambda o, p: [e["net_amount"] > 0 for e in p["order_edits"]] == [True],
    "edit_removed": lambda o, p: [e["quantity"] for e in p["order_edits"]] == [-1],
    "exchange_even": lambda o, p: len(p["order_edits"]) == 2 and total(p["order_edits"], "net_amount") == 0,
    "exchange_uneven": lambda o, p: len(p["order_edits"]) == 2 and total(p["order_edits"], "net_amount") != 0,
    "exchange_order": lambda o, p: (
        o["order_type"] == "exchange" and "store_credit" in {r["kind"] for r in p["payments"]}
    ),
    "exchange_order_free": lambda o, p: (o["order_type"], net_revenue(o, p)) == ("exchange", 0),
    "replacement": lambda o, p: (o["order_type"], net_revenue(o, p)) == ("replacement", 0),
    "welcome_code": lambda o, p: o["discount_codes"].startswith("WELKOM10"),
    "sample": lambda o, p: (o["order_type"], net_revenue(o, p)) == ("sample", 0),
    "zero_value_code": lambda o, p: net_revenue(o, p) == 0 < total(p["order_lines"], "discount_net_amount"),
    "zero_value_order_code": lambda o, p: net_revenue(o, p) == 0 < o["undistributed_discount_net_amount"],
    "cancelled_before_payment": lambda o, p: o["cancelled_at"] is not None and o["paid_at"] is None,
    "cancelled_after_payment": lambda o, p: o["status"] == "cancelled" and o["paid_at"] and net_revenue(o, p) == 0,
    "cancelled_part_kept": lambda o, p: o["status"] == "cancelled" and net_revenue(o, p) > 0,
    "paid_after_expiry": lambda o, p: o["paid_at"] - o["placed_at"] > dt.timedelta(days=31),
    "never_paid": lambda o, p: (o["status"], o["paid_at"]) == ("authorised", None),
    "never_paid_then_expired": lambda o, p: (o["status"], o["paid_at"]) == ("expired", None),
    "confirmed_then_paid": lambda o, p: o["placed_at"] == o["confirmed_at"] < o["paid_at"],
    "draft_then_paid": lambda o, p: o["status"] == "paid" and o["paid_at"] > o["placed_at"],
    "voucher_sold": lambda o, p: p["order_lines"][0]["tax_amount"] > 0 == net_revenue(o, p),
    "voucher_redeemed": lambda o, p: o["tax_amount"] == 0 < net_revenue(o, p),
    "loyalty_points": lambda o, p: net_revenue(o, p) < total(p["order_lines"], "net_amount"),
    "order_discount": lambda o, p: 0 < o["undistributed_discount_net_amount"] <= o["discount_net_amount"],
    "reverse_charge": lambda o, p: o["is_reverse_charge"] and o["tax_amount"] == 0 and o["country"] in ("DE", "BE"),
    "tax_exclusive_prices": lambda o, p: not o["prices_include_tax"] and o["country"] == "NL",
    "shipping_as_line": lambda o, p: "shipping" in {line["line_type"] for line in p["order_lines"]},
    "till_sale": lambda o, p: (o["sales_channel"], o["customer_id"], o["customer_email"]) == ("pos", None, None),
    "marketplace": lambda o, p: "bol" in o["customer_email"] and "commission" in {c["kind"] for c in p["order_costs"]},
    "deposit": lambda o, p: "deposit" in {line["line_type"] for line in p["order_lines"]},
}


@pytest.mark.parametrize("trap", SHOWS)
def test_a_planted_order_shows_its_trap(trap, traps, orders, parts):
    there = [order_id for order_id in traps[trap] if order_id in orders]
    assert there
    for order_id in there:
        assert SHOWS[trap](orders[order_id], parts[order_id]), order_id


def test_every_planted_order_is_there_unless_it_was_deleted(traps, orders, shop):
    assert set(traps) == TRAPS
    notes = {row["refund_id"] for row in shop["refunds"] if row["order_id"] is None}
    assert notes == set(traps.pop("credit_note_without_order"))
    deleted = set(traps.pop("deleted"))
    assert not deleted & orders.keys()
    assert {order_id for ids in traps.values() for order_id in ids} - deleted <= orders.keys()


def test_a_gift_card_is_worth_the_same_when_it_is_sold_and_when_it_pays(traps, orders, parts):
    for sold, redeemed in (("gift_card_sold", "gift_card_redeemed"), ("voucher_sold", "voucher_redeemed")):
        assert traps[redeemed]
        for order_id in traps[redeemed]:
            card = parts[order_id.removesuffix("-g")]["order_lines"][0]
            paid = total([row for row in parts[order_id]["payments"] if row["kind"] == "gift_card"], "amount")
            assert 0 < paid <= card["net_amount"]
            assert order_id.removesuffix("-g") in traps[sold]
            assert sold != "voucher_sold" or paid == card["net_amount"]


def test_lines_name_the_subscription_that_ran_when_they_were_ordered(shop, orders, parts):
    subscriptions = by_key(shop["subscriptions"], "subscription_id")
    plans = {"koffie": "coffee", "thee": "tea"}
    renewed = Counter(
        (line["subscription_id"], line["order_id"]) for line in shop["order_lines"] if line["subscription_id"]
    )
    for subscription_id, order_id in renewed:
        subscription, order = subscriptions[subscription_id], orders[order_id]
        assert subscription["customer_id"] == order["customer_id"]
        assert subscription["started_at"] <= order["placed_at"]
        assert subscription["cancelled_at"] is None or order["placed_at"] < subscription["cancelled_at"]
        for line in parts[order_id]["order_lines"]:
            is_of_the_plan = line["line_type"] == "product" and line["category"] == plans[subscription["plan"]]
            assert line["subscription_id"] == (subscription_id if is_of_the_plan else None)
    assert max(Counter(subscription_id for subscription_id, _ in renewed).values()) > 1


def test_store_credit_is_spent_once(shop, orders):
    credit: Counter = Counter()
    for row in shop["refunds"]:
        if row["is_store_credit"]:
            credit[row["order_id"].split("-")[0]] += row["net_amount"] + row["tax_amount"] + row["shipping_net_amount"]
    spent: Counter = Counter()
    for row in shop["payments"]:
        if row["kind"] == "store_credit":
            spent[row["order_id"].split("-")[0]] += row["amount"]
    assert spent
    assert all(spent[person] <= credit[person] for person in spent)


def test_orders_stand_around_midnight_of_both_clock_changes(traps, orders):
    for trap, month, sunday in (("clock_forward", 3, dt.date(2023, 3, 26)), ("clock_back", 10, dt.date(2023, 10, 29))):
        days = Counter(orders[order_id]["order_date"] for order_id in traps[trap])
        one_day = dt.timedelta(days=1)
        assert days == {sunday - one_day: 1, sunday: 3 if month == 3 else 4, sunday + one_day: 1}
    # From 23:30 to 00:30, ten past three of the short day or half past two twice of the long one, 23:30, and 00:30.
    for trap, expected in (("clock_forward", [60, 100, 1220, 60]), ("clock_back", [60, 120, 60, 1260, 60])):
        instants = sorted(orders[order_id]["placed_at"] for order_id in traps[trap])
        assert [(after - before) / dt.timedelta(minutes=1) for before, after in pairwise(instants)] == expected


def test_relay_addresses_are_used_once_and_never_those_of_an_account(orders, shop):
    relays = [order["customer_email"] for order in orders.values() if order["order_type"] == "marketplace"]
    assert len(relays) == len(set(relays)) > 5
    assert not set(relays) & {row["email"] for row in shop["customers"]}


# The truth


@pytest.mark.parametrize("as_of", [EARLY, LATE, END])
def test_the_truth_is_what_the_rows_say_summed_in_plain_python(history, as_of):
    found, seen = truth(history, as_of), tables(history, as_of)
    parts, orders = parts_by_order(seen), by_key(seen["orders"], "order_id")
    rates = defaultdict(list)
    for row in seen["exchange_rates"]:
        rates[row["currency"]].append((row["rate_date"], row["rate"]))
    assert found.orders.keys() == orders.keys()
    for order_id, order in found.orders.items():
        row = orders[order_id]
        counts, reason = invalid_reason(row, parts[order_id], as_of)
        assert (order.is_in_revenue, order.invalid_reason) == (counts, reason), order_id
        assert order.is_valid_order == (reason is None)
        amount = net_revenue(row, parts[order_id]) if counts else Decimal(0)
        assert order.original_net_revenue_amount == amount, order_id
        rate = max(
            (pair for pair in rates[row["currency"]] if pair[0] <= row["order_date"]), default=(None, Decimal(1))
        )[1]
        assert abs(order.net_revenue_amount - amount * rate) <= Decimal("0.00005"), order_id
        assert (rate == 1) == (order.currency == "EUR")


@pytest.mark.parametrize("as_of", [EARLY, LATE, END])
def test_orders_and_notes_are_somebodys_or_nobodys(history, as_of):
    found = truth(history, as_of)
    people = sum(customer.net_revenue_amount for customer in found.customers.values())
    orders = sum(order.net_revenue_amount for order in found.orders.values())
    assert orders - sum(found.note_amounts.values()) == people + found.anonymous_amount
    assert sum(order.is_valid_order for order in found.orders.values()) == sum(
        customer.order_count for customer in found.customers.values()
    ) + sum(order.is_valid_order for order in found.orders.values() if order.customer is None)
    assert people > 0 < found.anonymous_amount


def test_every_reason_against_a_purchase_occurs(history):
    reasons = {order.invalid_reason for order in truth(history, END).orders.values()}
    assert reasons == {
        *(None, "test", "draft", "failed", "cancelled", "pending", "expired", "exchange", "replacement", "sample"),
        *("staff", "marketplace", "no_merchandise", "zero_value"),
    }


def test_an_order_on_account_expires_when_nobody_pays_and_counts_again_when_somebody_does(history, traps):
    lives = {life.order_id: life for life in history.lives}
    for order_id in (traps["never_paid"][0], traps["paid_after_expiry"][0]):
        day = history.day(lives[order_id].placed_at)
        reasons = [
            truth(history, day + dt.timedelta(days=days)).orders[order_id].invalid_reason for days in (1, 30, 31)
        ]
        assert reasons == [None, None, "expired"]
        assert truth(history, day + dt.timedelta(days=33), 40).orders[order_id].is_valid_order
    assert truth(history, END).orders[traps["never_paid"][0]].invalid_reason == "expired"
    assert truth(history, END).orders[traps["paid_after_expiry"][0]].is_valid_order


def test_a_guest_and_two_accounts_become_one_customer_when_the_shop_can_know(history, traps):
    for trap, accounts in (("guest_then_account", 1), ("accounts_merged", 2), ("accounts_merged_twice", 3)):
        order_ids = traps[trap]
        assert len(order_ids) == max(accounts, 2)
        lives = {life.order_id: life for life in history.lives}
        second_day = history.day(lives[order_ids[1]].placed_at)
        before = truth(history, second_day).orders[order_ids[0]].customer
        between = truth(history, second_day + dt.timedelta(days=2)).orders
        after = {truth(history, END).orders[order_id].customer for order_id in order_ids}
        assert len(after) == 1
        assert before not in after
        assert (between[order_ids[0]].customer == between[order_ids[1]].customer) == (trap == "guest_then_account")


def test_an_exchange_belongs_to_the_order_it_came_from(history, traps):
    found = truth(history, END).orders
    for order_id in traps["exchange_order"]:
        original = found[found[order_id].attributed_order_id]
        assert original.order_id == order_id.removesuffix("-x")
        assert original.customer == found[order_id].customer


def test_people_buy_at_the_rate_that_is_said_of_them_until_they_leave():
    history = live(Parameters(customers=1500), END)
    end = SMALL.midnight(END)
    bought: Counter = Counter(life.person_id for life in history.lives if life.order_id.count("-") == 1)
    repeats = expected = 0.0
    rates = []
    for person in history.people.values():
        if person.kind != "consumer" or person.person_id.startswith("s") or not bought[person.person_id]:
            continue
        rates.append(person.rate_per_week)
        first = SMALL.midnight(person.first_day)
        active = history.left_at.get(person.person_id, end) - first
        repeats += bought[person.person_id] - 1
        expected += person.rate_per_week * (active / dt.timedelta(days=7))
    # Leaving happens at a purchase, so purchases less rate x active time have mean 0 (a stopped Poisson process).
    assert repeats == pytest.approx(expected, abs=4 * expected**0.5 + 0.02 * expected)
    assert sum(rates) / len(rates) == pytest.approx(RATE_MEAN_PER_WEEK, rel=0.12)
    assert 0.3 < len(history.left_at) / len(history.people) < 0.9


# The source


def test_the_source_delivers_the_tables_and_its_count_agrees(tmp_path):
    settings = make_demo(tmp_path)
    source, history = opened(open_source(settings)), live(parameters_of(settings), LATE)
    assert isinstance(source, Demo)
    delivered = read_all(source, START, LATE)
    expected = tables(history, LATE)
    for name in ("orders", "order_lines", "refunds", "customers", "product_costs", "exchange_rates", "subscriptions"):
        assert len(delivered[name]) == len(expected[name]) > 0
    counts = source.count(START, LATE).to_pylist()
    assert len(counts) == (LATE - START).days
    money_rows = ("order_lines", "refunds", "order_edits")
    assert sum(row["row_count"] for row in counts) == sum(len(expected[name]) for name in money_rows)
    amount = (
        total(expected["order_lines"], "net_amount")
        + total(expected["order_edits"], "net_amount")
        + total(expected["orders"], "shipping_net_amount")
        + total(expected["orders"], "fee_net_amount")
        - total(expected["orders"], "undistributed_discount_net_amount")
        - total(expected["refunds"], "net_amount")
        - total(expected["refunds"], "shipping_net_amount")
    )
    assert total(counts, "amount") == amount
    assert source.list_ids(START, LATE).num_rows == len(expected["orders"])


def test_changes_are_the_orders_whose_stamp_moved_whole(tmp_path):
    settings = make_demo(tmp_path)
    source, expected = opened(open_source(settings)), tables(live(parameters_of(settings), LATE), LATE)
    since, until = dt.datetime(2023, 7, 1), dt.datetime(2023, 8, 1)

    changed = collect(source.read_changed(since, until))

    ids = {row["order_id"] for row in expected["orders"] if since <= row["updated_at"] < until}
    assert {row["order_id"] for row in changed["orders"]} == ids
    assert min(row["placed_at"] for row in changed["orders"]) < since
    lines = [row for row in expected["order_lines"] if row["order_id"] in ids]
    assert len(changed["order_lines"]) == len(lines) > 0
    assert not any(collect(source.read_changed(since, since)).values())


def test_keyed_rows_stamped_before_an_instant_stay_out(tmp_path):
    settings = make_demo(tmp_path)
    source, expected = opened(open_source(settings)), tables(live(parameters_of(settings), LATE), LATE)
    since = dt.datetime(2024, 3, 1)

    changed = collect(source.read_keyed(since))

    for name in ("customers", "subscriptions"):
        stamps = [row["updated_at"] for row in expected[name]]
        assert sorted(row["updated_at"] for row in changed[name]) == sorted(at for at in stamps if at >= since)
        assert 0 < len(changed[name]) < len(stamps)
    assert len(changed["products"]) == len(expected["products"])


def test_the_shop_sells_in_euro_only(tmp_path):
    with pytest.raises(SourceError, match=r"shop\.currency = 'USD': the demo shop sells in EUR"):
        collect(opened(open_source(make_demo(tmp_path, currency="USD"))).read_placed(START, LATE))


def test_the_shop_file_of_the_project_lives_on_until_today():
    settings = load_settings(PROJECT_ROOT / "shops" / "demo.toml")
    assert settings.shop.as_of is None
    assert parameters_of(settings) == Parameters()


@pytest.mark.slow(10)
def test_the_pipeline_keeps_no_row_of_it_back(tmp_path):
    settings = make_demo(tmp_path)
    extract.extract_changes(settings, opened(open_source(settings)), dt.datetime(2024, 7, 1))

    report = validate.validate_landing(settings)

    assert report.rejected == []
    assert [check for check in report.checks if not check.passed and check.rule.consequence != "warn"] == []
