"""Credit notes against a plain loop: whatever the shop, SQL and loop must take the same pieces from the same sales."""

from __future__ import annotations

import datetime as dt
import random
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from tests.conformance.natural import Natural
from tests.support.builders import line, order, refund
from tests.support.dbt_models import make_models
from tests.support.raw_shop import make_raw, rows

if TYPE_CHECKING:
    from pathlib import Path

Row = dict[str, Any]
CUSTOMERS = ("anna", "bert", None)
ARTICLES = ("mug", "cup")


def test_matches_are_those_of_a_plain_loop(tmp_path: Path) -> None:
    chance = random.Random(20111209)
    orders, lines, notes = _shop(chance)
    warehouse = make_raw(tmp_path, orders, lines, notes)
    make_models(warehouse, "credit_note_matches", "refund_matches")
    found = rows(warehouse, "select refund_id, order_id, line_id from core.credit_note_matches")
    expected = _loop(orders, lines, notes)
    assert {note: (order_id, line_id) for note, order_id, line_id in found} == expected
    assert 100 < len(expected) < len(notes)


def test_business_days_are_those_of_the_zone_database(tmp_path: Path) -> None:
    """Every half hour of a year in a zone with clock changes, half-hour offsets and all."""
    start = dt.datetime(2024, 1, 1)
    stamps = [start + dt.timedelta(minutes=30 * step) for step in range(0, 366 * 48, 7)]
    zone = "Australia/Lord_Howe"
    notes = [refund(f"r{number}", str(stamp)) for number, stamp in enumerate(stamps)]
    warehouse = make_raw(tmp_path, refunds=notes, shop={"timezone": zone, "as_of_date": dt.date(2026, 1, 1)})
    make_models(warehouse, "settled_refunds")
    found = dict(rows(warehouse, "select refund_id, refund_date from core.settled_refunds"))
    for number, stamp in enumerate(stamps):
        assert found[f"r{number}"] == stamp.replace(tzinfo=dt.UTC).astimezone(ZoneInfo(zone)).date(), stamp


def _shop(chance: random.Random) -> tuple[list[Row], list[Row], list[Row]]:
    """Few customers, articles and instants, so that ties and shortages are common."""
    orders, lines, notes = [], [], []
    for number in range(120):
        order_id = f"o{number}"
        day = f"2024-03-{chance.randint(1, 28):02}"
        orders.append(order(order_id, day, chance.choice(CUSTOMERS), is_test=chance.random() < 0.1))
        for line_id in range(chance.randint(1, 3)):
            quantity = Decimal(chance.randint(1, 8)) / 2
            net = chance.choice([0, 10, 10, 10])
            lines.append(line(order_id, str(line_id), sku=chance.choice(ARTICLES), quantity=quantity, net=net))
    for number in range(240):
        note = refund(f"n{number}", f"2024-03-{chance.randint(1, 31):02}", quantity=Decimal(chance.randint(1, 9)) / 2)
        notes.append({**note, "customer_id": chance.choice(CUSTOMERS), "sku": chance.choice(ARTICLES)})
    for number in range(20):
        named = chance.choice(lines)
        notes.append(
            refund(f"x{number}", "2024-03-30", named["order_id"], line_id=named["line_id"], quantity=Decimal("0.5"))
        )
    return orders, lines, notes


def _loop(orders: list[Row], lines: list[Row], notes: list[Row]) -> dict[str, tuple[str, str]]:
    """The rule as one would do it by hand, one credit note after the other."""
    facts = {row["order_id"]: row for row in orders}
    left = {
        (row["order_id"], row["line_id"]): row["quantity"]
        for row in lines
        if row["net_amount"] > 0 and not facts[row["order_id"]]["is_test"]
    }
    articles = {(row["order_id"], row["line_id"]): row["sku"] for row in lines}
    for note in notes:
        if note["order_id"] and (note["order_id"], note["line_id"]) in left:
            left[note["order_id"], note["line_id"]] -= note["quantity"]
    matches = {}
    loose = [note for note in notes if not note["order_id"] and note["customer_id"]]
    for note in sorted(loose, key=lambda note: (note["refunded_at"], Natural(note["refund_id"]))):
        candidates = [
            (facts[order_id]["placed_at"], Natural(order_id), Natural(line_id))
            for (order_id, line_id), pieces in left.items()
            if articles[order_id, line_id] == note["sku"]
            and facts[order_id]["customer_id"] == note["customer_id"]
            and facts[order_id]["placed_at"] <= note["refunded_at"]
            and pieces >= note["quantity"]
        ]
        if candidates:
            order_id, line_id = (identifier.text or "" for identifier in max(candidates)[1:])
            left[order_id, line_id] -= note["quantity"]
            matches[note["refund_id"]] = (order_id, line_id)
    return matches
