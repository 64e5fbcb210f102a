"""The plain ledger added up per order, line, customer, day and cohort."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import asdict
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

from tests.conformance.acquisition import told_by_purchases
from tests.conformance.affinity import top_categories
from tests.conformance.book import SMALLEST, Book
from tests.conformance.figures import AMOUNTS, DAY_AMOUNTS, LINE_AMOUNTS, Figures
from tests.conformance.ledger import NET_REVENUE, Event, invalid_reasons, ledger
from tests.conformance.movements import SALE_KINDS
from tests.conformance.status_refunds import untold_orders
from tests.conformance.subscriptions import purchase_kinds
from tests.conformance.validity import excluded_reason, placed_value

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable

    from tests.conformance.shops import Row, Shop


def figures(shop: Shop) -> Figures:
    """All figures of a shop by the plain ledger."""
    book = Book(shop)
    events = ledger(shop)
    orders = _orders(book, shop, events)
    customers = _customers(book, orders, events)
    return Figures(
        events=[asdict(event) for event in events],
        orders=orders,
        lines=_lines(shop, events),
        customers=customers,
        days=_days(book, orders, events),
        cohorts=_cohorts(book, orders, customers, events),
    )


def _amounts(events: Iterable[Event]) -> Row:
    """The columns of the marts; money that does not count is in none of them but the last."""
    sums = dict.fromkeys([*AMOUNTS, "net_revenue_amount", "contribution_amount", "excluded_amount"], Decimal(0))
    columns = {component: (name, sign) for name, (component, sign) in AMOUNTS.items()}
    for event in events:
        if not event.is_in_revenue:
            sums["excluded_amount"] += event.amount if event.component in NET_REVENUE else 0
            continue
        name, sign = columns[event.component]
        sums[name] += sign * event.amount
        sums["net_revenue_amount"] += event.net_revenue_amount
        if event.component in (*NET_REVENUE, "shipping", "cost"):
            sums["contribution_amount"] += event.amount
    return sums


def _orders(book: Book, shop: Shop, events: list[Event]) -> dict[str, Row]:
    attributed: defaultdict[str | None, list[Event]] = defaultdict(list)
    for event in events:
        attributed[event.attributed_order_id].append(event)
    reasons, untold = invalid_reasons(shop), untold_orders(shop)
    found = {}
    for order in shop["orders"]:
        order_id, day = order["order_id"], book.order_day(order)
        amounts = _amounts(attributed[order_id])
        is_foreign = order["currency"] != book.currency
        found[order_id] = {
            "customer_id": book.customer(order),
            "currency": order["currency"],
            "sales_channel": order["sales_channel"] or "unknown",
            "order_type": book.order_type(order),
            "invalid_reason": reasons[order_id],
            "is_valid_order": reasons[order_id] is None,
            "is_in_revenue": excluded_reason(book, order) is None,
            "is_reverse_charge": order["is_reverse_charge"],
            "is_over_refunded": amounts["refunded_amount"] > 0 and _left(attributed[order_id]) < 0,
            "has_untold_refund": order_id in untold,
            "order_date": day,
            "fulfilled_date": shipped_day(book, order),
            "exchange_rate": book.rate(order["currency"], day),
            **({"exchange_rate_date": book.rate_row(order["currency"], day)["rate_date"]} if is_foreign else {}),
            "cost_coverage_rate": _coverage(attributed[order_id]),
            **amounts,
        }
    _number(book, found)
    for order_id, kind in purchase_kinds(book, found).items():
        found[order_id] |= kind
    return found


def shipped_day(book: Book, order: Row) -> dt.date | None:
    """The day on which the order left the shop, if it has."""
    at = order["fulfilled_at"]
    return None if at is None or book.day(at) >= book.settings["as_of_date"] else book.day(at)


def _left(events: list[Event]) -> Decimal:
    """What is left of the order's merchandise: in its own currency, where all that belongs to it is in one."""
    goods = [event for event in events if event.is_in_revenue and event.component in NET_REVENUE]
    is_one = len({event.currency for event in goods}) == 1
    return sum((event.original_amount if is_one else event.amount for event in goods), Decimal(0))


def _number(book: Book, orders: dict[str, Row]) -> None:
    """Each person's purchases in the order in which they were placed; the first makes a new customer."""
    purchases: defaultdict[str, int] = defaultdict(int)
    for order_id in book.in_order(orders):
        row = orders[order_id]
        number = None
        if row["is_valid_order"] and row["customer_id"] is not None:
            purchases[row["customer_id"]] += 1
            number = purchases[row["customer_id"]]
        row["customer_order_number"] = number
        row["is_new_customer"] = None if number is None else number == 1


def _coverage(events: list[Event]) -> Decimal | None:
    """How much of the goods that were sold, added or taken out, each counted positive, has a known cost."""
    goods = [event for event in events if event.is_in_revenue and event.component == "gross"]
    total = sum((abs(event.amount) for event in goods), Decimal(0))
    known = sum((abs(event.amount) for event in goods if event.is_cost_known), Decimal(0))
    return (known / total).quantize(SMALLEST, ROUND_HALF_UP) if total else None


def _lines(shop: Shop, events: list[Event]) -> dict[tuple[str, str], Row]:
    found: dict[tuple[str, str], list[Event]] = {(row["order_id"], row["line_id"]): [] for row in shop["order_lines"]}
    for event in events:
        key = (event.order_id or "", event.line_id or "")
        if key in found:
            found[key].append(event)
    return {key: {name: _amounts(part)[name] for name in LINE_AMOUNTS} for key, part in found.items()}


def _customers(book: Book, orders: dict[str, Row], events: list[Event]) -> dict[str, Row]:
    """Everybody who ordered, or got money back by a credit note that names them."""
    moved: defaultdict[str | None, list[Event]] = defaultdict(list)
    for event in events:
        moved[event.customer_id].append(event)
    placed: defaultdict[str | None, list[str]] = defaultdict(list)
    for order_id, order in orders.items():
        placed[order["customer_id"]].append(order_id)
    categories = top_categories(book, orders, events)
    found = {}
    for customer in (placed.keys() | moved.keys()) - {None}:
        assert customer is not None
        valid = [order_id for order_id in placed[customer] if orders[order_id]["is_valid_order"]]
        days = sorted({orders[order_id]["order_date"] for order_id in valid})
        amounts = _amounts(moved[customer])
        # Of who never made a purchase, no mart shows the parts.
        shown = LINE_AMOUNTS if valid else ["net_revenue_amount"]
        found[customer] = {
            "is_business": customer in book.people.businesses,
            "is_customer": any(_leaves_something(book, order_id, orders) for order_id in valid),
            "order_count": len(valid),
            "purchase_day_count": len(days),
            "first_order_date": days[0] if days else None,
            "last_order_date": days[-1] if days else None,
            **{name: amounts[name] for name in shown},
            **(told_by_purchases(book, [(order_id, orders[order_id]) for order_id in valid]) if valid else {}),
            **({"top_category": categories.get(customer)} if valid else {}),
        }
    return found


def _leaves_something(book: Book, order_id: str, orders: dict[str, Row]) -> bool:
    """Something of the purchase is left, delivered or not; or it was worth nothing from the start and counts."""
    row = orders[order_id]
    return row["net_revenue_amount"] + row["prepaid_open_amount"] > 0 or placed_value(book, book.orders[order_id]) <= 0


def _daily_date(book: Book, event: Event) -> dt.date | None:
    """The day on which an event counts by the books; None for a sale that has not left the shop."""
    is_sale = event.event_kind in SALE_KINDS and event.order_id is not None and event.refund_id is None
    if is_sale and book.settings["daily_sales_clock"] == "shipped_day":
        assert event.order_id is not None
        return shipped_day(book, book.orders[event.order_id])
    clock = None
    if event.refund_id is not None:
        clock = book.settings["daily_refund_clock"]
    elif event.event_kind in ("edit", "exchange", "edit_tax"):
        clock = book.settings["daily_edit_clock"]
    return event.attributed_order_date if clock == "order_day" else event.event_date


def _worth_date(event: Event) -> dt.date:
    """The day of an event in a customer's worth: the order's, and of a delivery paid in advance its own."""
    return event.event_date if event.event_kind == "prepaid_delivery" else event.attributed_order_date


def _days(book: Book, orders: dict[str, Row], events: list[Event]) -> dict[tuple[dt.date, str], Row]:
    moved: defaultdict[tuple[dt.date, str], list[Event]] = defaultdict(list)
    counts: defaultdict[tuple[dt.date, str], int] = defaultdict(int)
    for event in events:
        day = _daily_date(book, event)
        if event.is_in_revenue and day is not None:
            moved[day, event.sales_channel].append(event)
    for order in orders.values():
        counts[order["order_date"], order["sales_channel"]] += order["is_valid_order"]
    found = {}
    for key in moved.keys() | counts.keys():
        amounts = _amounts(moved[key])
        amounts["deferred_amount"] = -amounts["prepaid_open_amount"]
        row = {"order_count": counts[key], **{name: amounts[name] for name in DAY_AMOUNTS}}
        if any(row.values()):
            found[key] = row
    return found


def _in_basis(basis: str, event: Event) -> Decimal:
    """What of the event is in the amount that the shop weighs its customers by."""
    goods_cost = ("cost_of_goods", "cost_of_goods_returned")
    is_in = {
        "gross": event.component == "gross",
        "net": event.component in NET_REVENUE,
        "net_and_shipping": event.component in (*NET_REVENUE, "shipping"),
        "total": event.component in (*NET_REVENUE, "shipping", "tax"),
        "gross_margin": event.component in NET_REVENUE or event.event_kind in goods_cost,
        "contribution": event.component in (*NET_REVENUE, "shipping", "cost"),
    }
    return event.amount if event.is_in_revenue and is_in[basis] else Decimal(0)


def _cohorts(
    book: Book, orders: dict[str, Row], customers: dict[str, Row], events: list[Event]
) -> dict[tuple[str, int], Row]:
    """Purchases and net revenue by month of the first purchase and months since."""
    by_refund_day = book.settings["cohort_refund_clock"] == "refund_day"
    found: defaultdict[tuple[str, int], Row] = defaultdict(
        lambda: {"order_count": 0, "net_revenue_amount": Decimal(0), "basis_amount": Decimal(0)}
    )

    def cell(customer: str, day: dt.date) -> Row | None:
        first = customers[customer]["first_order_date"]
        if first is None:
            return None
        months = (day.year - first.year) * 12 + day.month - first.month
        return found[f"{first:%Y-%m}", max(months, 0)]

    for order in orders.values():
        if order["customer_id"] is not None and order["is_valid_order"]:
            row = cell(order["customer_id"], order["order_date"])
            assert row is not None
            row["order_count"] += 1
    for event in events:
        day = event.event_date if by_refund_day and event.refund_id is not None else _worth_date(event)
        row = None if event.customer_id is None else cell(event.customer_id, day)
        if row is not None:
            row["net_revenue_amount"] += event.net_revenue_amount
            row["basis_amount"] += _in_basis(book.settings["cohort_basis"], event)
    return {key: row for key, row in found.items() if any(row.values())}
