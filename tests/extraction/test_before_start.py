"""What lies before the shop's first day is not read, and every night says how much that is."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

from pipelines.extraction.extract import extract_changes, extract_days
from pipelines.sources.source import open_source
from tests.support.builders import cost, edit, line, order, payment, refund
from tests.support.nights import NOW
from tests.support.shops import START, make_settings, write_shop

if TYPE_CHECKING:
    from pathlib import Path

    from pipelines.extraction.reader import Extraction
    from pipelines.settings import Settings

SHOP = {
    "orders": [
        order("old", "2023-12-30", shipping_net_amount=5, updated_at="2024-01-20 12:00:00"),
        order("dollars", "2023-12-31", currency="USD"),
        order("new", "2024-01-02"),
    ],
    "order_lines": [line("old", net=10), line("old", "2", net="20.50"), line("dollars", net=7), line("new")],
    "refunds": [
        refund("before", "2023-12-31", "old", 3, shipping_net_amount=1),
        # Money of its own day, and read.
        refund("since", "2024-01-20", "old", 4),
        refund("nobody's", "2023-12-20", None, 2),
    ],
    "order_edits": [edit("old", "2023-12-31", -2), edit("old", "2024-01-10", 6, "2"), edit("new", "2024-01-03")],
    "payments": [payment("old", amount=30), payment("dollars", amount=8), payment("new")],
    "order_costs": [cost("old", amount="3.10"), cost("new")],
}

# Worked out by hand. The lines and the tax of an order are no rows of their own.
LEFT_OUT = [
    "2 orders of 35.50 EUR and 7.00 USD",
    "1 refund of 4.00 EUR",
    "1 credit note of 2.00 EUR",
    "2 edits of 4.00 EUR",
    "2 payments of 30.00 EUR and 8.00 USD",
    "1 cost of 3.10 EUR",
]


def said(done: Extraction) -> list[str]:
    return [note.text for note in done.notes]


def night(settings: Settings) -> Extraction:
    with closing(open_source(settings)) as source:
        return extract_changes(settings, source, NOW)


def test_every_night_counts_each_kind_that_is_left_out(tmp_path: Path) -> None:
    settings = make_settings(tmp_path)
    write_shop(tmp_path / "shop", **SHOP)
    expected = [f"Before shop.start_date (2024-01-01), and so not read: {text}." for text in LEFT_OUT]

    assert said(night(settings)) == expected
    again = night(settings)
    assert (said(again), again.changed_days) == (expected, set())
    with closing(open_source(settings)) as source:
        assert said(extract_days(settings, source, [START], NOW)) == expected


def test_nothing_is_said_of_a_shop_without_anything_before_its_start(tmp_path: Path) -> None:
    write_shop(tmp_path / "shop", orders=[order("new", "2024-01-02")], order_lines=[line("new")])

    assert said(night(make_settings(tmp_path))) == []
