"""The figures by which a shop is judged: its orders, lines, customers, days and cohorts, wherever they come from."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping

    from tests.conformance.shops import Row

# Column of the marts, the component it adds up, and its sign.
AMOUNTS = {
    "gross_amount": ("gross", 1),
    "discount_amount": ("discount", -1),
    "refunded_amount": ("refund", -1),
    "prepaid_open_amount": ("deferral", -1),
    "shipping_amount": ("shipping", 1),
    "fee_amount": ("fee", 1),
    "tip_amount": ("tip", 1),
    "duty_amount": ("duty", 1),
    "deposit_amount": ("deposit", 1),
    "tax_amount": ("tax", 1),
    "gift_card_amount": ("gift_card", 1),
    "store_credit_amount": ("store_credit", 1),
    "adjustment_amount": ("adjustment", 1),
    "fx_effect_amount": ("fx_effect", 1),
    "cost_amount": ("cost", -1),
}
LINE_AMOUNTS = ("gross_amount", "discount_amount", "refunded_amount", "prepaid_open_amount", "net_revenue_amount")
DAY_AMOUNTS = (
    *("gross_amount", "discount_amount", "refunded_amount", "deferred_amount", "net_revenue_amount"),
    *("shipping_amount", "fee_amount", "tax_amount", "gift_card_amount", "adjustment_amount"),
)
# What an event is, beside its amounts.
EVENT_KEY = (
    *("order_id", "attributed_order_id", "line_id", "refund_id", "refund_line_no", "customer_id", "sales_channel"),
    *("event_kind", "component", "currency", "is_in_revenue", "tax_rate", "event_date", "attributed_order_date"),
    "is_allocated",
)
EVENT_AMOUNTS = ("original_amount", "amount", "net_revenue_amount")


@dataclass
class Figures:
    """What a ledger comes to, row by row under the key of each mart."""

    events: list[Row] = field(default_factory=list)
    orders: dict[str, Row] = field(default_factory=dict)
    lines: dict[tuple[str, str], Row] = field(default_factory=dict)
    customers: dict[str, Row] = field(default_factory=dict)
    days: dict[tuple[dt.date, str], Row] = field(default_factory=dict)
    cohorts: dict[tuple[str, int], Row] = field(default_factory=dict)


def comparable_events(events: Iterable[Mapping[str, Any]]) -> dict[tuple[Any, ...], Row]:
    """Sums of the events that stand for the same movement, so that how finely a ledger splits them does not matter.

    A line is part of what merchandise is, a rate part of what tax on a sale is, and nothing of other movements; costs
    and the currency's effect are amounts of the shop's currency, with no original of their own.
    """
    found: dict[tuple[Any, ...], Row] = {}
    for event in events:
        parts = {name: event[name] for name in EVENT_KEY}
        is_merchandise = event["component"] in ("gross", "discount", "refund", "deferral")
        if not is_merchandise:
            parts |= {"line_id": None, "is_allocated": False}
        if event["event_kind"] != "tax":
            parts["tax_rate"] = None
        has_original = event["component"] not in ("cost", "fx_effect")
        if not has_original:
            parts["currency"] = None
        sums = found.setdefault(tuple(parts.values()), dict.fromkeys(EVENT_AMOUNTS, Decimal(0)))
        for name in EVENT_AMOUNTS:
            sums[name] += event[name] if has_original or name != "original_amount" else 0
    return {key: sums for key, sums in found.items() if any(sums.values())}


def by_day(figures: Figures, prefix: str) -> dict[dt.date, tuple[int, Decimal]]:
    """Purchases and net revenue of each business day, of the orders and refunds whose ids begin so."""
    counts: defaultdict[Any, int] = defaultdict(int)
    nets: defaultdict[Any, Decimal] = defaultdict(Decimal)
    for order_id, order in figures.orders.items():
        if order_id.startswith(prefix):
            counts[order["order_date"]] += order["is_valid_order"]
    for event in figures.events:
        if str(event["order_id"] or event["refund_id"]).startswith(prefix):
            nets[event["event_date"]] += event["net_revenue_amount"]
    days = sorted(counts.keys() | nets.keys())
    return {day: (counts[day], nets[day]) for day in days if counts[day] or nets[day]}


def differences(expected: Figures, found: Figures) -> list[str]:
    """Every figure that is not the same, to the last decimal; the shorter list of columns rules."""
    told: list[str] = []
    tables = {
        name: (getattr(expected, name), getattr(found, name))
        for name in ("orders", "lines", "customers", "days", "cohorts")
    }
    tables["events"] = (comparable_events(expected.events), comparable_events(found.events))
    for table, (wanted, given) in tables.items():
        told += [f"{table} {key}: missing" for key in wanted if key not in given]
        told += [f"{table} {key}: not expected" for key in given if key not in wanted]
        for key in wanted:
            if key in given:
                told += [f"{table} {key}: {text}" for text in row_differences(wanted[key], given[key])]
    return told


def row_differences(wanted: Mapping[str, Any], given: Mapping[str, Any]) -> list[str]:
    """What differs between the columns that are wanted and those that are given."""
    return [
        f"{name} is {given.get(name)}, not {value}"
        for name, value in wanted.items()
        if name not in given or given[name] != value
    ]
