"""What a case is: a small shop, the convention it pins, and what must come out of it, by hand.

Where `daily` is given, it is each day's net revenue by the clock of the daily marts; `days` are those of the events.
An order's amounts that are not named must be 0, and its contribution is checked where it is named. All days with a
purchase or net revenue are named, and all persons. Of the events, those kinds that are named are named in full. The
books are net revenue by the day of `revenue_daily`. A case that names cells of a cohort has that month for itself.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from tests.conformance.figures import AMOUNTS, Figures, by_day, row_differences
from tests.conformance.shops import Shop, make_shop, named, named_id

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.conformance.shops import Row

# Another shop's choices, all at once: one warehouse serves every case that pins one of them.
OTHER_CHOICES: dict[str, Any] = {
    "count_zero_value_orders": True,
    "count_cancelled_after_payment": True,
    "count_marketplace_orders": True,
    "unpaid_expires_after_days": 60,
    "unpaid_valid_statuses": ["pending", "authorised"],
    "count_exchanges_as_orders": True,
    "discount_spread": "quantity",
    "refunded_without_refund": "keep",
    "refund_allocation": "quantity",
    "refund_exchange_rate": "refund_day",
    "cost_back_on_return": "always",
    "store_credit_is_discount": True,
    "test_order_tags": ["Test", "internal"],
    "test_payment_gateways": ["Dummy"],
    "staff_order_tags": ["Influencer"],
    "subscription_order_tags": ["abonnement"],
    "prepaid_counts_at": "charge",
    "daily_sales_clock": "shipped_day",
    "gift_cards_count_at": "sale",
    "daily_refund_clock": "order_day",
    "daily_edit_clock": "order_day",
    "cohort_refund_clock": "refund_day",
    "cohort_basis": "contribution",
    "count_businesses_as_consumers": True,
    "businesses_by_contact": True,
    "discount_acquired_rate": Decimal("0.5"),
    "welcome_codes": ["Welkom*", "HALLO"],
}

# Where a setting has a third answer, and where two answers would hide each other.
THIRD_CHOICES: dict[str, Any] = {
    **OTHER_CHOICES,
    "unpaid_valid_statuses": [],
    "refund_allocation": "shipping_first",
    "cost_back_on_return": "never",
    "daily_sales_clock": "order_day",
    "exchange_rate_basis": "month_average",
    "cohort_basis": "net_and_shipping",
    "explode_bundles": True,
    "join_accounts_by_address": True,
    "max_monthly_orders_per_address": 2,
    "max_addresses_per_account": 2,
}

NOT_COUNTED = ("test", "draft", "failed", "pending", "expired")


@dataclass(frozen=True)
class Case:
    """One trap. `pins` is the convention in words; ids in what is expected are those of the case's own rows."""

    name: str
    pins: str
    shop: Shop
    orders: dict[str, Row]
    days: dict[str, tuple[int, Any]]
    customers: dict[str, Row]
    events: list[Row] = field(default_factory=list)
    lines: dict[tuple[str, str], Row] = field(default_factory=dict)
    books: dict[str, Any] = field(default_factory=dict)
    cohorts: dict[tuple[str, int], Row] = field(default_factory=dict)

    def named_shop(self) -> Shop:
        """The shop under ids of its own, to lie in one warehouse with the other cases."""
        return named(self.name, self.shop)


def case(
    name: str,
    pins: str,
    orders: Mapping[str, Row],
    days: Mapping[str, tuple[int, Any]],
    customers: Mapping[str, Row],
    *,
    rows: Mapping[str, list[Row]],
    settings: Mapping[str, Any] | None = None,
    events: list[Row] | None = None,
    lines: Mapping[tuple[str, str], Row] | None = None,
    books: Mapping[str, Any] | None = None,
    cohorts: Mapping[tuple[str, int], Row] | None = None,
) -> Case:
    """A case; `rows` are the shop's contract tables."""
    return Case(
        name,
        pins,
        make_shop(settings, **rows),
        dict(orders),
        dict(days),
        dict(customers),
        events or [],
        dict(lines or {}),
        dict(books or {}),
        dict(cohorts or {}),
    )


def comes_to(reason: str | None = None, *, counts: bool = True, **amounts: Any) -> Row:
    """What an order comes to: why it is no purchase, whether its money counts, its amounts (`net`, `gross`, ...)."""
    known = {name.removesuffix("_amount"): Decimal(0) for name in AMOUNTS}
    extra = {"net", "excluded", "contribution"}
    flags = {name: value for name, value in amounts.items() if name not in known.keys() | extra}
    sums = {"net": 0, "excluded": 0, **known, **{k: v for k, v in amounts.items() if k not in flags}}
    columns = {("net_revenue" if name == "net" else name) + "_amount": money(value) for name, value in sums.items()}
    return {
        "invalid_reason": reason,
        "is_valid_order": reason is None,
        "is_in_revenue": counts,
        **columns,
        **{name: money(value) if name.endswith("_rate") else value for name, value in flags.items()},
    }


def excluded(reason: str, merchandise: Any) -> Row:
    """An order whose money does not count."""
    return comes_to(reason, counts=False, excluded=merchandise)


def person(orders: int, net: Any, is_customer: bool | None = None, **columns: Any) -> Row:
    """A person: purchases, net revenue; a customer who has at least one purchase, unless said otherwise."""
    is_customer = orders > 0 if is_customer is None else is_customer
    return {"order_count": orders, "net_revenue_amount": money(net), "is_customer": is_customer, **columns}


def event(kind: str, day: str, amount: Any, **columns: Any) -> Row:
    """An event of that kind."""
    dated = {name: date(value) if name.endswith("_date") else value for name, value in columns.items()}
    named_amounts = {k: money(v) if k.endswith(("_amount", "_rate")) else v for k, v in dated.items()}
    return {"event_kind": kind, "event_date": date(day), "amount": money(amount), **named_amounts}


def money(value: Any) -> Any:
    """An exact amount; None stays None."""
    return None if value is None else Decimal(str(value))


def date(value: Any) -> Any:
    """A day from its ISO form."""
    return dt.date.fromisoformat(value) if isinstance(value, str) else value


def case_differences(a_case: Case, found: Figures) -> list[str]:
    """Where the figures, of the case alone or of many shops in one warehouse, are not what was worked out by hand."""
    prefix = f"{a_case.name}/"
    told = _order_differences(a_case, found, prefix) + _day_differences(a_case, found, prefix)
    told += _customer_differences(a_case, found, prefix) + _event_differences(a_case, found, prefix)
    told += _book_differences(a_case, found) + _cohort_differences(a_case, found)
    for (order_id, line_id), wanted in a_case.lines.items():
        given = found.lines.get((prefix + order_id, line_id), {})
        amounts = {f"{'net_revenue' if name == 'net' else name}_amount": money(v) for name, v in wanted.items()}
        told += [f"line {order_id} {line_id}: {text}" for text in row_differences(amounts, given)]
    return [f"{a_case.name}: {text}" for text in told]


def _order_differences(a_case: Case, found: Figures, prefix: str) -> list[str]:
    given = {key.removeprefix(prefix): row for key, row in found.orders.items() if key.startswith(prefix)}
    told = [f"order {key}: not expected" for key in given.keys() - a_case.orders.keys()]
    for order_id, wanted in a_case.orders.items():
        told += [f"order {order_id}: {text}" for text in row_differences(wanted, given.get(order_id, {}))]
    return told


def _day_differences(a_case: Case, found: Figures, prefix: str) -> list[str]:
    wanted = {date(day): (count, money(net)) for day, (count, net) in a_case.days.items()}
    given = by_day(found, prefix)
    return [
        f"{day}: {given.get(day)}, not {wanted.get(day)}"
        for day in sorted(wanted.keys() | given.keys())
        if given.get(day) != wanted.get(day)
    ]


def _book_differences(a_case: Case, found: Figures) -> list[str]:
    wanted = {date(day): money(net) for day, net in a_case.books.items()}
    given: defaultdict[Any, Decimal] = defaultdict(Decimal)
    for (day, channel), row in found.days.items():
        if channel.startswith(f"{a_case.name}:"):
            given[day] += row["net_revenue_amount"]
    days = sorted(wanted.keys() | given.keys()) if wanted else []
    return [f"books of {day}: {given[day]}, not {wanted.get(day)}" for day in days if given[day] != wanted.get(day, 0)]


def _cohort_differences(a_case: Case, found: Figures) -> list[str]:
    told: list[str] = []
    months = {month for month, _ in a_case.cohorts}
    mine = {key: row for key, row in found.cohorts.items() if key[0] in months}
    for key in sorted(mine.keys() | a_case.cohorts.keys()):
        wanted = {name: money(value) for name, value in a_case.cohorts.get(key, {"order_count": -1}).items()}
        told += [f"cohort {key}: {text}" for text in row_differences(wanted, mine.get(key, {}))]
    return told


def _customer_differences(a_case: Case, found: Figures, prefix: str) -> list[str]:
    people = {named_id(a_case.name, customer): customer for customer in a_case.customers}
    mine = {key for key in found.customers if key.startswith(prefix) or key in people}
    told = [f"customer {key}: not expected" for key in sorted(mine - people.keys())]
    for key, customer in people.items():
        given = found.customers.get(key, {})
        wanted = {k: date(v) if k.endswith("_date") else v for k, v in a_case.customers[customer].items()}
        told += [f"customer {customer}: {text}" for text in row_differences(wanted, given)]
    return told


def _event_differences(a_case: Case, found: Figures, prefix: str) -> list[str]:
    """Each kind of event that is named: the same events, however a ledger orders or splits them."""
    told = []
    for kind in sorted({row["event_kind"] for row in a_case.events}):
        wanted = [row for row in a_case.events if row["event_kind"] == kind]
        columns = list(wanted[0])
        assert all(list(row) == columns for row in wanted), f"{a_case.name}: name the same columns of every {kind}"
        mine = [
            row
            for row in found.events
            if row["event_kind"] == kind and str(row["order_id"] or row["refund_id"]).startswith(prefix)
        ]
        given = [{name: _own_id(prefix, row[name]) for name in columns} for row in mine if row["amount"]]
        ours, theirs = _summed(wanted), _summed(given)
        if ours != theirs:
            told.append(f"{kind} events are {theirs}, not {ours}")
    return told


def _own_id(prefix: str, value: Any) -> Any:
    return value.removeprefix(prefix) if isinstance(value, str) else value


def _summed(events: list[Row]) -> list[str]:
    """Events that differ in their amounts alone, added up."""
    found: dict[str, Row] = {}
    for row in events:
        amounts = {name: value for name, value in row.items() if name.endswith("amount")}
        sums = found.setdefault(
            _text({**row, **dict.fromkeys(amounts, "")}), {**row, **dict.fromkeys(amounts, Decimal(0))}
        )
        for name, amount in amounts.items():
            sums[name] += amount
    return sorted(_text(row) for row in found.values())


def _text(row: Row) -> str:
    parts = {name: format(v.normalize(), "f") if isinstance(v, Decimal) else v for name, v in row.items()}
    return ", ".join(f"{name}={value}" for name, value in parts.items())
