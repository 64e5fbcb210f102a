"""Money from the raw tables to the marts, in one small shop whose every figure is worked out by hand."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from tests.support.builders import line, order, refund
from tests.support.dbt_models import fails, make_models
from tests.support.raw_shop import change, make_raw, rows

if TYPE_CHECKING:
    from pathlib import Path

MONEY_MARTS = (
    "orders",
    "order_lines",
    "revenue_events",
    "customers",
    "revenue_daily",
    "reconciliation",
    "data_quality",
    "calendar",
)
GUEST_HASH = "f" * 64

ORDERS = [
    # Half an hour after local midnight on the night the clocks go forward: 31 March in Amsterdam, 30 March in UTC.
    order("spring", placed_at="2024-03-30 23:30:00", shipping_net_amount=5, tax_amount=7),
    order("basket", "2024-04-10", "bert", undistributed_discount_net_amount=10, fee_net_amount=2),
    order("card", "2024-04-11", "bert"),
    order("guest", "2024-04-12", None, customer_email_hash=GUEST_HASH, sales_channel="pos"),
    order("nobody", "2024-04-12", None, country=None),
    order("test", "2024-04-13", "carl", is_test=True, shipping_net_amount=3),
    order("voided", "2024-04-13", "carl", status="cancelled"),
    order("undone", "2024-04-14", "carl", status="cancelled"),
    order("free", "2024-04-15", "dora"),
    order("returned", "2024-04-16", "dora", status="refunded"),
]
ORDER_LINES = [
    line("spring", "1", quantity=3, net=30, list_net_amount=36),
    line("spring", "2", sku="post", line_type="shipping", net=4),
    *(line("basket", str(number), sku=f"cup{number}", net=20) for number in (1, 2, 3)),
    line("card", "1", sku="card", line_type="gift_card", net=50),
    line("guest", "1", net=8, discount_net_amount=2),
    line("nobody", "1", net=7),
    line("nobody", "2", sku="bank", line_type="fee", net=1),
    line("nobody", "3", sku="bad debt", line_type="adjustment", net=-40),
    line("test", "1", net=99),
    line("voided", "1", net=55),
    line("undone", "1", net=25),
    line("free", "1", net=0, list_net_amount=15),
    line("returned", "1", net=12),
]
REFUNDS = [
    refund("credit", "2024-05-02", net=10, tax_amount=2),
    refund("too many", "2024-05-03", net=9, quantity=9),
    refund("goodwill", "2024-05-04", "basket", kind="amount", net=5, shipping_net_amount=1),
    refund("undo", "2024-04-20", "undone", line_id="1", net=25),
    refund("return", "2024-05-01", "returned", line_id="1", net=12, quantity=1, is_restocked=True),
    refund("promised", "2024-05-05", "guest", net=8, state="pending"),
    refund("after", "2025-01-01", "guest", net=6),
    refund("bad test", "2024-05-05", "test", net=9),
]


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    warehouse = make_raw(tmp_path_factory.mktemp("money"), ORDERS, ORDER_LINES, REFUNDS)
    make_models(warehouse, *MONEY_MARTS)
    return warehouse


def money(value: str | int) -> Decimal:
    return Decimal(value)


def test_orders_have_their_components_on_the_orders_clock(shop: Path) -> None:
    found = rows(
        shop,
        "select order_id, gross_amount, discount_amount, refunded_amount, net_revenue_amount, shipping_amount, "
        "fee_amount, tax_amount, gift_card_amount, adjustment_amount, excluded_amount from marts.orders",
    )

    def parts(**amounts: int) -> tuple[Decimal, ...]:
        names = ("gross", "discount", "refunded", "net", "shipping", "fee", "tax", "card", "adjustment", "excluded")
        return tuple(money(amounts.get(name, 0)) for name in names)

    assert {row[0]: row[1:] for row in found} == {
        "spring": parts(gross=36, discount=6, refunded=10, net=20, shipping=9, tax=5),
        "basket": parts(gross=60, discount=10, refunded=5, net=45, shipping=-1, fee=2),
        "card": parts(card=50),
        "guest": parts(gross=10, discount=2, net=8),
        "nobody": parts(gross=7, net=7, fee=1, adjustment=-40),
        "test": parts(excluded=90),
        "voided": parts(excluded=55),
        "undone": parts(gross=25, refunded=25),
        "free": parts(gross=15, discount=15),
        "returned": parts(gross=12, refunded=12),
    }


def test_orders_are_purchases_or_say_why_not(shop: Path) -> None:
    found = rows(shop, "select order_id, invalid_reason, is_in_revenue, is_new_customer from marts.orders")
    assert {row[0]: row[1:] for row in found} == {
        "spring": (None, True, True),
        "basket": (None, True, True),
        "card": ("no_merchandise", True, None),
        "guest": (None, True, True),
        "nobody": (None, True, None),
        "test": ("test", False, None),
        "voided": ("cancelled", False, None),
        "undone": ("cancelled", True, None),
        "free": ("zero_value", True, None),
        "returned": (None, True, True),
    }


def test_people_are_customers_while_something_is_left(shop: Path) -> None:
    found = rows(shop, "select customer_id, is_customer, has_account, order_count from marts.customers")
    assert {row[0]: row[1:] for row in found} == {
        "anna": (True, True, 1),
        "bert": (True, True, 1),
        "carl": (False, True, 0),
        "dora": (False, True, 1),
        f"guest-{GUEST_HASH[:16]}": (True, False, 1),
    }


def test_daily_revenue_counts_refunds_on_the_day_they_went_back(shop: Path) -> None:
    found = rows(
        shop,
        "select revenue_date, sales_channel, order_count, gross_amount, refunded_amount, net_revenue_amount "
        "from marts.revenue_daily order by 1, 2",
    )
    assert found == [
        (dt.date(2024, 3, 31), "web", 1, money(36), money(0), money(30)),
        (dt.date(2024, 4, 10), "web", 1, money(60), money(0), money(50)),
        (dt.date(2024, 4, 11), "web", 0, money(0), money(0), money(0)),
        (dt.date(2024, 4, 12), "pos", 1, money(10), money(0), money(8)),
        (dt.date(2024, 4, 12), "web", 1, money(7), money(0), money(7)),
        (dt.date(2024, 4, 14), "web", 0, money(25), money(0), money(25)),
        (dt.date(2024, 4, 15), "web", 0, money(15), money(0), money(0)),
        (dt.date(2024, 4, 16), "web", 1, money(12), money(0), money(12)),
        (dt.date(2024, 4, 20), "web", 0, money(0), money(25), money(-25)),
        (dt.date(2024, 5, 1), "web", 0, money(0), money(12), money(-12)),
        (dt.date(2024, 5, 2), "web", 0, money(0), money(10), money(-10)),
        (dt.date(2024, 5, 3), "unknown", 0, money(0), money(9), money(-9)),
        (dt.date(2024, 5, 4), "web", 0, money(0), money(5), money(-5)),
    ]


def test_an_order_discount_and_a_goodwill_refund_are_spread_over_the_lines(shop: Path) -> None:
    found = rows(
        shop,
        "select line_id, discount_amount, refunded_amount from marts.order_lines where order_id = 'basket' order by 1",
    )
    assert found == [
        ("1", money("3.3334"), money("1.6666")),
        ("2", money("3.3333"), money("1.6668")),
        ("3", money("3.3333"), money("1.6666")),
    ]


def test_every_euro_from_the_source_to_net_revenue_is_in_a_named_step(shop: Path) -> None:
    found = rows(
        shop,
        "select step, amount, row_count from marts.reconciliation where step_kind <> 'memo' order by step_number",
    )
    assert found == [
        ("source total", money(226), 23),
        ("landed", money(226), 23),
        ("exact repeats", money(0), 0),
        ("quarantined", money(0), 0),
        ("accepted", money(226), 23),
        ("refunds after the last day", money(6), -1),
        ("refunds not settled", money(8), -1),
        ("orders not counted: cancelled", money(-55), -1),
        ("orders not counted: test", money(-93), -2),
        ("adjustments", money(40), -1),
        ("fees", money(-3), -1),
        ("gift cards", money(-50), -1),
        ("shipping", money(-8), -1),
        ("net revenue", money(71), 14),
        ("residual", money(0), 0),
    ]


def test_the_share_of_guests_and_anonymous_buyers_is_reported(shop: Path) -> None:
    found = rows(
        shop,
        "select step, amount, share_of_net_revenue_rate from marts.reconciliation "
        "where starts_with(step, 'of which from')",
    )
    assert {row[0].removeprefix("of which from: "): row[1:] for row in found} == {
        "accounts": (money(56), money("0.7887")),
        "guests with an e-mail address": (money(8), money("0.1126")),
        "anonymous buyers": (money(7), money("0.0985")),
    }


def test_source_counts_repeats_and_quarantine_are_steps_of_their_own(tmp_path: Path) -> None:
    day = dt.date(2024, 3, 1)
    counts = [("read", 6, 58), ("repeat", 1, 10), ("not_an_order: stock write-off", 1, 0)]
    counted = {"read_count": 4, "repeated_count": 1, "accepted_count": 1, "quarantined_count": 2}
    valued = {"read_amount": 48, "repeated_amount": 10, "accepted_amount": 10, "quarantined_amount": 28}
    warehouse = make_raw(
        tmp_path,
        [order("A")],
        [line("A")],
        source_counts=[{"order_date": day, "entry": e, "row_count": n, "amount": a} for e, n, a in counts],
        validations=[
            {
                "order_date": day,
                "table_name": "order_lines",
                "rule": "all rules",
                "consequence": "all",
                **counted,
                **valued,
            }
        ],
    )
    make_models(warehouse, "reconciliation")
    found = rows(
        warehouse,
        "select step, amount, row_count from marts.reconciliation where step_kind <> 'memo' order by step_number",
    )
    assert found == [
        ("source total", money(58), 6),
        ("source: not_an_order: stock write-off", money(0), -1),
        ("source: repeat", money(-10), -1),
        ("landed", money(48), 4),
        ("exact repeats", money(-10), -1),
        ("quarantined", money(-28), -2),
        ("accepted", money(10), 1),
        ("net revenue", money(10), 1),
        ("residual", money(0), 0),
    ]


def test_the_shipping_of_an_older_version_is_a_step_where_there_is_one(tmp_path: Path) -> None:
    """Two versions of an order of 10 and 3 shipping: the source holds its line once and its shipping twice."""
    day = dt.date(2024, 3, 1)
    all_rules = {"order_date": day, "rule": "all rules", "consequence": "all"}
    orders = {"read_count": 2, "superseded_count": 1, "accepted_count": 1, "read_amount": 6, "superseded_amount": 3}
    lines = {"read_count": 1, "accepted_count": 1, "read_amount": 10, "accepted_amount": 10}
    warehouse = make_raw(
        tmp_path,
        [order("A", shipping_net_amount=3)],
        [line("A")],
        source_counts=[{"order_date": day, "entry": "read", "row_count": 1, "amount": 16}],
        validations=[
            {**all_rules, "table_name": "orders", **orders, "accepted_amount": 3},
            {**all_rules, "table_name": "order_lines", **lines},
        ],
    )
    make_models(warehouse, "reconciliation")
    found = rows(
        warehouse,
        "select step, amount, row_count from marts.reconciliation "
        "where step in ('landed', 'superseded', 'accepted', 'residual') order by step_number",
    )
    assert found == [
        ("landed", money(16), 1),
        ("superseded", money(-3), 0),
        ("accepted", money(13), 1),
        ("residual", money(0), 0),
    ]


def test_the_order_of_rows_changes_nothing(shop: Path, tmp_path: Path) -> None:
    turned = make_raw(tmp_path, ORDERS[::-1], ORDER_LINES[::-1], REFUNDS[::-1])
    make_models(turned, *MONEY_MARTS)
    marts = [
        name for (name,) in rows(shop, "select table_name from information_schema.tables where table_schema = 'marts'")
    ]
    assert "revenue_events" in marts
    for mart in marts:
        query = f"select * from marts.{mart} order by all"
        assert rows(turned, query) == rows(shop, query), mart


def test_a_count_of_the_source_that_is_off_by_a_cent_fails(copy: Path) -> None:
    change(copy, "update raw.source_counts set amount = amount + 0.01 where order_date = '2024-04-10'")
    with pytest.raises(AssertionError, match=r"^\['reconciliation_leaves_no_residual'\]$"):
        make_models(copy, *MONEY_MARTS)


@pytest.mark.parametrize(
    ("test", "damage"),
    [
        ("net_revenue_is_gross_less_discounts_less_refunds", "update core.order_amounts set gross_amount = 999"),
        (
            "every_line_is_in_the_ledger_once",
            "insert into core.ledger_movements from core.ledger_movements where source_part = 'line' limit 1",
        ),
        (
            "every_line_is_in_the_ledger_once",
            "update core.ledger_movements set line_id = line_id || '0' where source_part = 'line'",
        ),
        (
            "order_lines_add_up_to_orders",
            "update core.ledger_movements set line_id = 'none' where refund_id is not null",
        ),
        ("marts_hold_the_ledgers_net_revenue", "delete from marts.revenue_daily where order_count = 1"),
        ("refunds_are_equal_on_both_clocks", "update marts.revenue_daily set refunded_amount = refunded_amount + 1"),
        ("reconciliation_leaves_no_residual", "update marts.reconciliation set row_count = 1 where step = 'residual'"),
        (
            "excluded_orders_carry_no_money",
            "update core.order_amounts set shipping_amount = 1 where order_id = 'voided'",
        ),
        (
            "order_discounts_are_spread_in_full",
            "update core.ledger_movements set original_amount = 0 where source_part = 'order_discount'",
        ),
        ("refunds_are_spread_in_full", "delete from core.refund_lines where line_id = '3'"),
        (
            "credit_notes_take_no_piece_twice",
            "update core.refund_matches set quantity = 4 where refund_match_status = 'matched'",
        ),
        ("one_shop_a_warehouse", "insert into raw.shop from raw.shop"),
    ],
)
def test_each_identity_can_fail(copy: Path, test: str, damage: str) -> None:
    change(copy, damage)
    assert fails(copy, test)
