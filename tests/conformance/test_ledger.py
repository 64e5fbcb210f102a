"""The plain ledger gives what was worked out by hand, and keeps its identities on generated shops."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from random import Random
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conformance.cases import CASES, Case, case_differences
from tests.conformance.figures import Figures, differences
from tests.conformance.generated import generate
from tests.conformance.movements import MERCHANDISE, NET_REVENUE
from tests.conformance.shops import Shop, together, with_rows
from tests.conformance.sums import figures

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.conformance.shops import Row

SETTINGS = settings(max_examples=25, deadline=None)
generated_shops = st.builds(generate, st.randoms(use_true_random=False), st.integers(1, 12))

LATE = "2024-12-31 12:00:00"
FREE_ORDER = {"currency": "EUR", "status": "paid", "sales_channel": "web", "total_gross_amount": 0}
FREE_LINE = {"order_id": "free", "line_id": "1", "quantity": 1, "net_amount": 0, "list_net_amount": 0}
JUDGED = ("invalid_reason", "is_in_revenue", "customer_order_number", "is_over_refunded", "order_date", "customer_id")
COST_TABLES = ("order_costs", "product_costs")


def test_every_case_has_a_name_of_its_own() -> None:
    assert not [name for name, count in Counter(case.name for case in CASES).items() if count > 1]


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_the_ledger_gives_what_was_worked_out_by_hand(case: Case) -> None:
    assert case_differences(case, figures(case.named_shop())) == []


def test_cases_lie_in_one_shop_without_touching_each_other() -> None:
    plain = [case for case in CASES if case.shop.settings == CASES[0].shop.settings]
    found = figures(together(case.named_shop() for case in plain))
    assert [text for case in plain for text in case_differences(case, found)] == []


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_the_parts_of_an_order_make_the_platforms_total(case: Case) -> None:
    for order in case.shop["orders"]:
        lines = [row for row in case.shop["order_lines"] if row["order_id"] == order["order_id"]]
        tax = order["tax_amount"]
        parts = sum((row["net_amount"] for row in lines), Decimal(0))
        parts += sum((row["tax_amount"] for row in lines), Decimal(0)) if tax is None else tax
        parts += order["shipping_net_amount"] + order["fee_net_amount"] - order["undistributed_discount_net_amount"]
        assert order["total_gross_amount"] == parts, order["order_id"]


@pytest.mark.parametrize("table", ["orders", "lines", "customers", "days", "cohorts", "events"])
def test_a_wrong_figure_is_told(table: str) -> None:
    """One amount off by a ten-thousandth, one row missing, one too many."""
    shop = generate(Random(1), 20)
    right = figures(shop)
    rows = getattr(figures(shop), table)
    keys = list(range(len(rows))) if isinstance(rows, list) else list(rows)
    column = "amount" if table == "events" else "net_revenue_amount"
    off = figures(shop)
    getattr(off, table)[keys[0]][column] += Decimal("0.0001")
    less = figures(shop)
    del getattr(less, table)[keys[0]]
    for wrong, other in ((right, off), (right, less), (less, right)):
        told = differences(wrong, other)
        assert told
        assert all(text.startswith(table) for text in told)


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_a_case_is_no_case_without_its_rows(case: Case) -> None:
    assert case_differences(case, Figures()) != []


@given(shop=generated_shops)
@SETTINGS
def test_both_refund_clocks_agree_in_total(shop: Shop) -> None:
    found = figures(shop)
    by_day = sum(row["net_revenue_amount"] for row in found.days.values())
    without_order = sum(e["net_revenue_amount"] for e in found.events if e["order_id"] is None)
    assert by_day == sum(row["net_revenue_amount"] for row in found.orders.values()) + without_order
    of_nobody = sum(e["net_revenue_amount"] for e in found.events if e["customer_id"] is None)
    assert by_day == sum(row["net_revenue_amount"] for row in found.customers.values()) + of_nobody
    purchases = {key: row for key, row in found.customers.items() if row["order_count"]}
    by_cohort = sum(row["net_revenue_amount"] for row in found.cohorts.values())
    assert by_cohort == sum(row["net_revenue_amount"] for row in purchases.values())


@given(shop=generated_shops)
@SETTINGS
def test_an_order_and_its_full_refund_are_nothing_in_both_currencies(shop: Shop) -> None:
    busy = {row["order_id"] for table in ("refunds", "order_edits") for row in shop[table]}
    exchanged = {row["original_order_id"] for row in shop["orders"]}
    refunded = set()
    for event in figures(shop).events:
        order_id = event["order_id"]
        if event["net_revenue_amount"] and order_id not in busy | exchanged and event["order_id"] == order_id:
            refunded.add(order_id)
    values = _net_revenue(shop, refunded, "original_amount", MERCHANDISE)
    refunds = [
        {"refund_id": f"full-{key}", "order_id": key, "kind": "amount", "net_amount": values[key], "refunded_at": LATE}
        for key in refunded
        if values[key] > 0
    ]
    undone = with_rows(shop, "refunds", refunds)
    keys = {row["order_id"] for row in refunds}
    assert not any(_net_revenue(undone, keys, "original_amount").values())
    assert not any(_net_revenue(undone, keys, "net_revenue_amount").values())


@given(shop=generated_shops)
@SETTINGS
def test_an_order_of_nothing_changes_no_count_and_no_revenue(shop: Shop) -> None:
    known = shop["orders"][0]
    free = {"order_id": "free", "placed_at": known["placed_at"], "customer_id": known["customer_id"], **FREE_ORDER}
    more = with_rows(with_rows(shop, "orders", [free]), "order_lines", [FREE_LINE])
    before, after = figures(shop), figures(more)
    assert after.orders.pop("free")["invalid_reason"] == "zero_value"
    assert after.orders == before.orders
    assert after.days == before.days
    assert after.cohorts == before.cohorts
    # Who bought nothing else is a person from now on, but no customer.
    assert {key: row for key, row in after.customers.items() if key in before.customers} == before.customers
    assert not any(after.customers[key]["is_customer"] for key in after.customers.keys() - before.customers.keys())


@given(shop=generated_shops)
@SETTINGS
def test_what_is_spread_adds_up(shop: Shop) -> None:
    found = figures(shop)
    for order in shop["orders"]:
        products = [row for row in shop["order_lines"] if _is_product_of(row, order)]
        spread = [e for e in found.events if e["order_id"] == order["order_id"] and e["reason"] == "order discount"]
        assert -sum(e["original_amount"] for e in spread) == order["undistributed_discount_net_amount"]
        assert {e["event_kind"] for e in spread} <= ({"discount"} if products else {"adjustment"})
    for refund in shop["refunds"]:
        parts = [e for e in found.events if e["refund_id"] == refund["refund_id"] and e["component"] == "refund"]
        if any(e["is_allocated"] for e in parts):
            assert -sum(e["original_amount"] for e in parts) == refund["net_amount"]
            assert all(e["original_amount"] < 0 for e in parts)


@given(shop=generated_shops)
@SETTINGS
def test_paying_in_advance_moves_value_to_its_days_and_makes_none(shop: Shop) -> None:
    """As if all counted when it was charged, less what is still to come."""
    delivered, charged = figures(shop), figures(Shop(shop.tables, {**shop.settings, "prepaid_counts_at": "charge"}))
    for order_id, row in delivered.orders.items():
        other = charged.orders[order_id]
        assert {name: row[name] for name in JUDGED} == {name: other[name] for name in JUDGED}
        assert row["net_revenue_amount"] + row["prepaid_open_amount"] == other["net_revenue_amount"]
    for customer, row in delivered.customers.items():
        assert row["is_customer"] == charged.customers[customer]["is_customer"]
    prepaid = [event for event in delivered.events if event["component"] == "deferral"]
    assert all(event["event_date"] < shop.settings["as_of_date"] for event in prepaid)
    assert not [event for event in charged.events if event["component"] == "deferral"]


@given(shop=generated_shops, random=st.randoms(use_true_random=False))
@SETTINGS
def test_the_order_of_rows_changes_nothing(shop: Shop, random: Random) -> None:
    shuffled = Shop({name: random.sample(rows, len(rows)) for name, rows in shop.tables.items()}, shop.settings)
    assert differences(figures(shop), figures(shuffled)) == []


@given(shop=generated_shops)
@SETTINGS
def test_a_cost_never_moves_revenue(shop: Shop) -> None:
    tables: dict[str, list[Row]] = {name: [] if name in COST_TABLES else rows for name, rows in shop.tables.items()}
    for name in ("order_lines", "products"):
        tables[name] = [{**row, "unit_cost_amount": None} for row in shop[name]]
    before, after = figures(shop), figures(Shop(tables, shop.settings))
    assert after.days == before.days
    assert after.customers == before.customers
    for order_id, row in after.orders.items():
        assert row["net_revenue_amount"] == before.orders[order_id]["net_revenue_amount"]
        assert row["contribution_amount"] == row["net_revenue_amount"] + row["shipping_amount"] - row["cost_amount"]


def _net_revenue(
    shop: Shop, order_ids: Iterable[str], column: str, components: tuple[str, ...] = NET_REVENUE
) -> dict[str, Any]:
    found: dict[str, Any] = dict.fromkeys(order_ids, Decimal(0))
    for event in figures(shop).events:
        if event["component"] in components and event["order_id"] in found:
            found[event["order_id"]] += event[column]
    return found


def _is_product_of(line: Row, order: Row) -> bool:
    return line["order_id"] == order["order_id"] and line["line_type"] == "product"
