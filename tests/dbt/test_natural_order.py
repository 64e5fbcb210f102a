"""The macro `natural_order`, beside the same order written independently in Python."""

from __future__ import annotations

from random import Random

import duckdb
import pytest

from tests.conformance.natural import Natural
from tests.support.dbt_models import compiled_sql

pytestmark = pytest.mark.needs_dbt

# Signs on both sides of the digits in ASCII, letters behind them, and a digit that is none of ours.
CHARACTERS = "0019aZé-/:# ٣"
# Longer than any integer, zeros in front, nothing at all, and no text.
ODD = [None, "", "7", "07", "007", "999", "1000", "0" * 50, "9" * 400, "1" + "0" * 400, "a" + "9" * 400 + "b", ":", "/"]


def sorted_by_the_model(texts: list[str | None], column: str) -> list[str | None]:
    """The texts as `order_sequence` sorts orders of one instant that have them in this column."""
    model = compiled_sql()["order_sequence"]
    with duckdb.connect() as db:
        [table] = {word for word in model.split() if word.endswith('"stg_orders"')}
        db.execute("create table orders (placed_at timestamp, order_number varchar, order_id varchar, said varchar)")
        rows = [(None, text, "", text) if column == "order_number" else (None, None, text, text) for text in texts]
        db.executemany("insert into orders values (?, ?, ?, ?)", rows)
        model = model.replace(table, "orders_delivered").replace("order_id,\n", "said,\n", 1)
        db.execute("create view orders_delivered as from orders")
        return [said for said, _ in db.execute(f"from ({model}) order by order_sequence").fetchall()]


@pytest.mark.parametrize("column", ["order_number", "order_id"])
def test_orders_of_one_instant_go_as_people_count(column: str) -> None:
    random = Random(6)
    drawn = ["".join(random.choices(CHARACTERS, k=random.randint(1, 6))) for _ in range(3000)]
    texts: list[str | None] = list(dict.fromkeys([*ODD, *drawn]))
    random.shuffle(texts)
    assert sorted_by_the_model(texts, column) == sorted(texts, key=Natural)


def test_the_order_in_python_is_the_one_that_people_count_in() -> None:
    """What the other test compares with: worked out by hand."""
    by_hand = ["", "#2", "07", "7", "999", "1000", "A09", "A9", "A10", "A10-2", "A10-10", "B1", "a1", None]
    shuffled = Random(1).sample(by_hand, len(by_hand))
    assert sorted(shuffled, key=Natural) == by_hand
