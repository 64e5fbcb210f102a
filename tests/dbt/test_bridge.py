"""The bridge from the platform's own total to net revenue, by hand."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

from pipelines.warehouse import transform
from tests.support.builders import edit, exchange_rate, line, order, payment, refund
from tests.support.dbt_models import fails, make_models, remake
from tests.support.raw_shop import change, make_raw, rows
from tests.support.shops import make_settings

if TYPE_CHECKING:
    from pathlib import Path

MARTS = ("revenue_bridge", "margin_ladder", "orders", "revenue_daily")
VALUE = "customer_lifetime_value"
BRIDGE = ("order_components", "bridge_steps", "revenue_bridge")
DAY, LATER = dt.date(2024, 3, 1), dt.date(2024, 3, 5)

# Every step moves on DAY: old was bought the day before, the six after it never brought money in.
ORDERS = [
    order("old", "2024-02-29"),
    order(
        "full",
        shipping_net_amount=5,
        fee_net_amount=2,
        undistributed_discount_net_amount=10,
        tax_amount=Decimal("16.17"),
        # A cent more than its parts.
        total=Decimal("124.18"),
    ),
    order("plain", customer_id="bert"),
    order("cancelled", status="cancelled"),
    order("draft", status="draft"),
    order("expired", status="expired"),
    order("failed", status="failed"),
    order("pending", status="pending"),
    order("test", is_test=True),
    order("bol", order_type="marketplace"),
    order("dollars", customer_id="bert", currency="USD"),
]
ORDER_LINES = [
    line("old", net=30),
    line("full", "1", net=80, list_net_amount=100, discount_net_amount=20, tax_amount=Decimal("14.70")),
    line("full", "2", sku="card", line_type="gift_card", net=25),
    line("full", "3", sku="tip", line_type="tip", net=3),
    line("full", "4", sku="duty", line_type="duty", net=4),
    line("full", "5", sku="crate", line_type="deposit", net=1),
    line("full", "6", sku="fix", line_type="adjustment", net=-2),
    line("plain", net=20),
    line("cancelled", net=13),
    line("draft", net=11),
    line("expired", net=14),
    line("failed", net=15),
    line("pending", net=12),
    line("test", net=16),
    line("bol", net=40),
    line("dollars", net=100),
]
REFUNDS = [
    refund("same day", "2024-03-01 18:00:00", "plain", line_id="1", net=6),
    refund("other day", "2024-03-01", "old", line_id="1", net=9),
    refund("no order", "2024-03-01", sku="vase", net=4),
    refund("dollars back", "2024-03-05", "dollars", line_id="1", net=10),
]
OTHERS = {
    "order_edits": [
        edit("old", "2024-03-01 09:00:00", 7),
        edit("draft", "2024-03-01 09:00:00", 99),
    ],
    # 70.00 of goods with 14.70 of tax: the points' 12.10 are 10.00 ex tax.
    "payments": [payment("full", "loyalty_points", Decimal("12.10"))],
    "exchange_rates": [exchange_rate("USD", Decimal("0.9"), "2024-02-28")],
}
STEPS = [
    ("platform total", "365.18", 10, "365.18"),
    ("tax", "-16.17", 1, "349.01"),
    ("shipping", "-5", 1, "344.01"),
    ("fees", "-2", 1, "342.01"),
    ("tips", "-3", 1, "339.01"),
    ("duties", "-4", 1, "335.01"),
    ("deposits", "-1", 1, "334.01"),
    ("gift cards sold", "-25", 1, "309.01"),
    ("adjustments", "2", 1, "311.01"),
    ("rounding", "-0.01", 1, "311"),
    ("loyalty points", "-10", 1, "301"),
    ("orders not counted: cancelled", "-13", 1, "288"),
    ("orders not counted: draft", "-11", 1, "277"),
    ("orders not counted: expired", "-14", 1, "263"),
    ("orders not counted: failed", "-15", 1, "248"),
    ("orders not counted: pending", "-12", 1, "236"),
    ("orders not counted: test", "-16", 1, "220"),
    ("edits", "7", 1, "227"),
    ("refunds of other days", "-9", 1, "218"),
    ("refunds of the same day", "-6", 1, "212"),
    ("refunds without an order", "-4", 0, "208"),
    ("currency", "-10", 1, "198"),
    ("marketplaces", "-40", 1, "158"),
    ("net revenue without marketplaces", "158", 4, "158"),
    ("residual", "0", 0, "158"),
    ("net revenue with marketplaces", "198", 5, "158"),
]


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    warehouse = make_raw(tmp_path_factory.mktemp("bridge"), ORDERS, ORDER_LINES, REFUNDS, **OTHERS)
    make_models(warehouse, *MARTS, VALUE)
    return warehouse


def test_every_kind_of_step_stands_on_its_day(shop: Path) -> None:
    found = rows(
        shop,
        "select step, amount, placed_order_count, running_amount from marts.revenue_bridge "
        f"where revenue_date = '{DAY}' order by step_number",
    )
    assert found == [(step, Decimal(amount), count, Decimal(running)) for step, amount, count, running in STEPS]


def test_a_day_of_refunds_alone_starts_at_nothing(shop: Path) -> None:
    found = rows(
        shop,
        "select step, amount, placed_order_count, step_kind from marts.revenue_bridge "
        f"where revenue_date = '{LATER}' order by step_number",
    )
    assert found == [
        ("platform total", 0, 0, "start"),
        ("refunds of other days", -10, 1, "step"),
        ("currency", 1, 1, "step"),
        ("net revenue without marketplaces", -9, 1, "end"),
        ("residual", 0, 0, "residual"),
        ("net revenue with marketplaces", -9, 1, "memo"),
    ]


def test_what_pays_and_is_a_discount_has_steps_of_its_own(tmp_path: Path) -> None:
    """Points, store credit and gift cards pay 10 each; a gift card is sold with the goods, and one pays the postage."""
    warehouse = make_raw(
        tmp_path,
        [order("A"), order("excluded", status="cancelled"), order("postage", shipping_net_amount=4)],
        [
            line("A", "1", net=60),
            line("A", "2", sku="card", line_type="gift_card", net=40),
            line("excluded", net=50),
            line("postage", line_type="deposit", net=1),
        ],
        shop={"store_credit_is_discount": True, "gift_cards_count_at": "sale"},
        payments=[
            *(payment("A", kind, payment_id=kind) for kind in ("loyalty_points", "store_credit", "gift_card")),
            payment("excluded", "gift_card", 50),
            payment("postage", "gift_card", 5),
        ],
    )
    make_models(warehouse, "revenue_bridge", "reconciliation", "revenue_daily")
    bridge = "select step, amount from marts.revenue_bridge order by step_number"
    assert rows(warehouse, bridge) == [
        ("platform total", 155),
        ("shipping", -4),
        ("deposits", -1),
        ("loyalty points", -10),
        ("store credit", -10),
        ("gift cards", -65),
        # Nothing is left of its goods once the card has come off.
        ("net revenue without marketplaces", 65),
        ("residual", 0),
        ("net revenue with marketplaces", 65),
    ]
    steps = (
        "select step, amount from marts.reconciliation where step in ('loyalty points', 'store credit', 'gift cards')"
    )
    assert rows(warehouse, f"{steps} order by step_number") == [
        ("loyalty points", -10),
        ("store credit", -10),
        ("gift cards", -15),
    ]
    described = "select count(*) from marts.reconciliation where description is null"
    assert rows(warehouse, described) == [(0,)]


def test_edits_may_count_on_their_orders_day(tmp_path: Path) -> None:
    """In the bridge, in revenue_daily and on the ladder, where the piece edited out costs nothing again."""
    warehouse = make_raw(
        tmp_path,
        [order("A", DAY.isoformat())],
        [line("A", quantity=2, net=100, unit_cost_amount=30)],
        shop={"daily_edit_clock": "order_day"},
        order_edits=[edit("A", "2024-03-05", -50, line_id="1", quantity=-1, is_restocked=True)],
    )
    make_models(warehouse, "revenue_bridge", "revenue_daily", "margin_ladder")
    assert rows(warehouse, "select step, amount from marts.revenue_bridge order by step_number") == [
        ("platform total", 100),
        ("edits", -50),
        ("net revenue without marketplaces", 50),
        ("residual", 0),
        ("net revenue with marketplaces", 50),
    ]
    ladder = "select revenue_date, net_revenue_amount, cost_of_goods_amount from marts.margin_ladder"
    assert rows(warehouse, ladder) == [(DAY, 50, 30)]


def test_every_row_of_the_bridge_says_what_it_is(shop: Path) -> None:
    assert rows(shop, "select step from marts.revenue_bridge where description is null or step_kind is null") == []


@pytest.mark.parametrize(
    ("damage", "rebuilt", "step", "amount"),
    [
        (
            "update raw.orders set total_gross_amount = total_gross_amount + 5 where order_id = 'plain'",
            ("order_facts", *BRIDGE),
            "rounding",
            "-5.01",
        ),
        ("update raw.orders set tax_amount = tax_amount + 5 where order_id = 'full'", BRIDGE, "rounding", "4.99"),
        (
            "delete from core.ledger_movements where order_id = 'plain' and event_kind = 'line'",
            BRIDGE,
            "residual",
            "20",
        ),
        ("delete from core.ledger_movements where refund_id = 'same day'", BRIDGE, "residual", "-6"),
        ("delete from core.ledger_movements where order_id = 'old' and event_kind = 'edit'", BRIDGE, "residual", "7"),
        ("delete from core.refund_lines where refund_id = 'no order'", BRIDGE, "residual", "4"),
    ],
)
def test_a_planted_discrepancy_stands_where_it_was_planted(
    copy: Path, damage: str, rebuilt: tuple[str, ...], step: str, amount: str
) -> None:
    change(copy, damage)
    remake(copy, *rebuilt)
    assert fails(copy, "bridge_leaves_no_residual")
    query = f"select amount from marts.revenue_bridge where revenue_date = '{DAY}' and step = '{step}'"
    assert rows(copy, query) == [(Decimal(amount),)]


def test_a_total_that_is_off_by_less_than_its_parts_may_be_rounded_passes(copy: Path) -> None:
    change(copy, "update raw.orders set total_gross_amount = total_gross_amount + 0.03 where order_id = 'plain'")
    remake(copy, "order_facts", *BRIDGE)
    assert not fails(copy, "bridge_leaves_no_residual")


def test_the_asset_check_names_the_step_the_day_and_the_order(copy: Path) -> None:
    from pipelines.assets.transform import _check_results, models_before_predictions

    change(copy, "update core.order_components set rounding_amount = 5 where order_id = 'plain'")
    settings = make_settings(copy.parent, home=copy.parent)
    build = transform.build(settings, ["--select", "bridge_leaves_no_residual"])
    context = SimpleNamespace(assets_def=models_before_predictions)
    [check] = _check_results(context, build)
    row = f"revenue_date {DAY}, step rounding, order_id plain, amount -5.0000"
    assert (check.passed, check.check_name) == (False, "bridge_leaves_no_residual")
    assert row in check.metadata["message"].value
    with pytest.raises(transform.TransformError, match=row):
        build.raise_on_failure()


@pytest.mark.parametrize(
    ("test", "damage"),
    [
        ("bridge_leaves_no_residual", "update marts.revenue_bridge set amount = 0.0001 where step_kind = 'residual'"),
        ("bridge_leaves_no_residual", "update core.order_components set rounding_amount = 0.04 where order_id = 'old'"),
        ("bridge_ends_at_revenue_daily", "update marts.revenue_bridge set amount = 1 where step_kind = 'memo'"),
        ("bridge_ends_at_revenue_daily", "delete from marts.revenue_bridge where step = 'marketplaces'"),
        ("margin_ladder_adds_up", "update marts.margin_ladder set gross_margin_amount = gross_margin_amount + 1"),
        (
            "margin_ladder_adds_up",
            "update marts.margin_ladder set gross_amount = gross_amount + 1, "
            "net_revenue_amount = net_revenue_amount + 1, gross_margin_amount = gross_margin_amount + 1, "
            "contribution_amount = contribution_amount + 1",
        ),
        ("margin_ladder_adds_up", "delete from core.order_amounts where order_id = 'plain'"),
        (
            "customer_values_add_up_to_the_ledger",
            "update marts.customer_lifetime_value set net_revenue_amount = net_revenue_amount + 1",
        ),
        (
            "customer_values_add_up_to_the_ledger",
            "update marts.customer_lifetime_value set refunded_amount = refunded_amount - 1, "
            "prepaid_open_amount = prepaid_open_amount + 1",
        ),
        (
            "customer_contributions_add_up_to_orders",
            "update marts.customer_lifetime_value set contribution_amount = contribution_amount + 1",
        ),
        (
            "customer_contributions_add_up_to_orders",
            "update core.order_amounts set cost_amount = 1, shipping_amount = shipping_amount + 1",
        ),
    ],
)
def test_each_identity_can_fail(copy: Path, test: str, damage: str) -> None:
    change(copy, damage)
    assert fails(copy, test)


def test_a_test_by_its_gateway_and_an_exchange_of_it_are_a_step_like_any_other(tmp_path: Path) -> None:
    warehouse = make_raw(
        tmp_path,
        orders=[
            order("plain"),
            order("tried"),
            order("swapped", "2024-03-02", order_type="exchange", original_order_id="tried"),
        ],
        order_lines=[line("plain", net=20), line("tried", net=16), line("swapped", net=5)],
        payments=[payment("tried", amount=16, gateway="Bogus")],
    )
    make_models(warehouse, *MARTS)
    steps = "select revenue_date, amount from marts.revenue_bridge where step = 'orders not counted: test' order by 1"
    assert rows(warehouse, steps) == [(DAY, Decimal(-16)), (dt.date(2024, 3, 2), Decimal(-5))]
    assert rows(warehouse, "select sum(net_revenue_amount) from marts.revenue_daily") == [(Decimal(20),)]
    assert rows(warehouse, "select sum(amount) from marts.revenue_bridge where step = 'residual'") == [(0,)]
