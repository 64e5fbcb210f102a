"""What is kept back, with what, and how it is kept."""

import duckdb
import pytest

from pipelines import contract
from pipelines.landing import quarantine, store
from pipelines.validation.validate import validate_landing
from tests.support.builders import cost, edit, line, order, payment, refund, table_of, tax_line
from tests.support.landed import DAY, good_orders, land
from tests.validation.results import accepted, failed, kept_back, keys


def test_an_order_is_kept_back_whole_with_all_its_parts(settings):
    parts = [refund("r", order_id="A"), edit("A"), tax_line("A"), payment("A"), cost("A")]
    land(settings, order("A"), line("A"), line("A", "2", quantity=0), *parts, *good_orders(DAY, 1))
    report = validate_landing(settings)
    assert kept_back(settings) == [
        ("order_costs", "A/shipping", "with_its_order"),
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


@pytest.mark.parametrize(
    "part",
    [edit("A", edit_id=None), tax_line("A", number=None), payment("A", payment_id=None), cost("A", cost_id=None)],
    ids=table_of,
)
def test_a_bad_part_keeps_its_whole_order_back(settings, part):
    land(settings, order("A"), line("A"), edit("A"), tax_line("A"), payment("A"), cost("A"), part)
    validate_landing(settings)
    assert {name for name, _, _ in kept_back(settings)} == {
        *("orders", "order_lines", "order_edits", "tax_lines", "payments", "order_costs")
    }
    assert keys(settings) == []


def test_a_kept_row_says_why_and_holds_what_was_landed(settings):
    land(settings, order("A", status="shipped", customer_email_hash="3f"), line("A"), *good_orders(DAY, 1))
    validate_landing(settings)
    path = quarantine.day_file(settings, DAY)
    assert duckdb.sql(f"from '{path}'").columns == list(quarantine.ROW_COLUMNS)
    (*facts, row_json), _ = duckdb.sql(f"from '{path}' order by table_name desc").fetchall()
    digest = store.landed_days(settings)[DAY]
    assert facts == ["bakery", DAY, "orders", 1, "A", "A", "status_known", "status", "shipped", digest]
    assert '"total_gross_amount":10.0000' in row_json
    assert '"customer_email_hash":"3f"' in row_json
