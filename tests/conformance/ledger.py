"""The ledger of a shop in plain loops over its contract rows: what the SQL ledger must agree with.

Every movement is worked out in the currency of its order; the shop's currency comes last. Events of 0 in both
are left out. A refund that names no order stands alone: matching such credit notes to sales is not part of the kit.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from tests.conformance.book import rounded
from tests.conformance.conversion import in_shop_currency, refund_rate
from tests.conformance.costs import cost_movements, edit_cost
from tests.conformance.lines import LineValue, line_values, payment_discounts, refund_parts
from tests.conformance.movements import COMPONENTS, MERCHANDISE, NET_REVENUE, Movement
from tests.conformance.prepaid import prepaid_movements
from tests.conformance.status_refunds import open_book
from tests.conformance.validity import excluded_reason, no_purchase_reason

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.conformance.book import Book
    from tests.conformance.shops import Row, Shop


@dataclass(frozen=True)
class Event:
    """One signed movement of money: `order_id` is the order it came with, `attributed_order_id` that it counts in."""

    order_id: str | None
    attributed_order_id: str | None
    line_id: str | None
    refund_id: str | None
    refund_line_no: int | None
    customer_id: str | None
    sales_channel: str
    event_kind: str
    component: str
    reason: str | None
    original_amount: Decimal
    currency: str
    amount: Decimal
    net_revenue_amount: Decimal
    is_in_revenue: bool
    is_valid_order: bool | None
    invalid_reason: str | None
    tax_rate: Decimal | None
    event_date: dt.date
    attributed_order_date: dt.date
    is_allocated: bool
    is_cost_known: bool


def ledger(shop: Shop) -> list[Event]:
    """Every event of the shop."""
    book = open_book(shop)
    events = [event for order in shop["orders"] for event in _order_events(book, order)]
    for refund in book.refund_rows:
        if refund["order_id"] is None:
            events += _credit_note_events(book, refund)
    return events


def invalid_reasons(shop: Shop) -> dict[str, str | None]:
    """Of every order, whether it has events or not, why it is no purchase; None for a purchase."""
    book = open_book(shop)
    return {order["order_id"]: _judge(book, order, _movements(book, order))[0] for order in shop["orders"]}


def _order_events(book: Book, order: Row) -> Iterator[Event]:
    movements = _movements(book, order)
    invalid_reason, is_in_revenue = _judge(book, order, movements)
    original = book.original(order)
    for movement, amount in in_shop_currency(book, order, movements):
        if not amount and not movement.amount:
            continue
        counts = is_in_revenue and movement.component in NET_REVENUE
        yield Event(
            order_id=order["order_id"],
            attributed_order_id=original["order_id"],
            line_id=movement.line_id,
            refund_id=movement.refund_id,
            refund_line_no=movement.refund_line_no,
            customer_id=book.customer(order),
            sales_channel=order["sales_channel"] or "unknown",
            event_kind=movement.kind,
            component=movement.component,
            reason=movement.reason,
            original_amount=movement.amount,
            currency=book.currency if movement.is_converted else order["currency"],
            amount=amount,
            net_revenue_amount=amount if counts else Decimal(0),
            is_in_revenue=is_in_revenue,
            is_valid_order=invalid_reason is None,
            invalid_reason=invalid_reason,
            tax_rate=movement.tax_rate,
            event_date=book.day(movement.at),
            attributed_order_date=book.order_day(original),
            is_allocated=movement.is_allocated,
            is_cost_known=movement.is_cost_known,
        )


def _judge(book: Book, order: Row, movements: list[Movement]) -> tuple[str | None, bool]:
    """Why the order is no purchase, and whether its money counts."""
    reason = excluded_reason(book, order)
    if reason is not None:
        return reason, False
    left = sum((m.amount for m in movements if m.component in MERCHANDISE), Decimal(0))
    return no_purchase_reason(book, order, left), True


def _movements(book: Book, order: Row) -> list[Movement]:
    values = line_values(book, order)
    found = [*_sales(book, order, values), *_taxes(book, order, values), *_payments(book, order)]
    for refund in book.refunds[order["order_id"]]:
        found += _refund(book, order, refund, values)
    for edit in book.edits[order["order_id"]]:
        found += _edit(book, order, edit, values)
    return [*found, *prepaid_movements(book, order, values), *cost_movements(book, order, values)]


def _sales(book: Book, order: Row, values: list[LineValue]) -> Iterator[Movement]:
    at = order["placed_at"]
    for value in values:
        if not value.is_product:
            kind = value.row["line_type"]
            kind = "gift_card_sold" if kind == "gift_card" else kind
            yield Movement(kind, value.row["net_amount"], at, value.line_id)
            continue
        is_cost_known = book.line_cost(value.row) is not None
        yield Movement("line", value.list_amount, at, value.line_id, is_cost_known=is_cost_known)
        yield Movement("discount", -value.line_discount, at, value.line_id, reason="line discount")
        yield Movement("discount", -value.order_discount, at, value.line_id, reason="order discount")
        for means, amount in value.payment_discounts.items():
            yield Movement("discount", -amount, at, value.line_id, reason=means)
    if not any(value.is_product for value in values):
        yield Movement("adjustment", -order["undistributed_discount_net_amount"], at, reason="order discount")
        for means, amount in payment_discounts(book, order).items():
            yield Movement("discount", -amount, at, reason=means)
    yield Movement("shipping", order["shipping_net_amount"], at)
    yield Movement("fee", order["fee_net_amount"], at)


def _edit(book: Book, order: Row, edit: Row, values: list[LineValue]) -> Iterator[Movement]:
    at, line_id = edit["edited_at"], edit["line_id"]
    is_of_a_line = any(value.line_id == line_id for value in values)
    is_cost_known = edit_cost(book, order, edit, values) is not None and (is_of_a_line or edit["quantity"] is not None)
    yield Movement(edit["kind"], edit["net_amount"], at, line_id, reason=edit["kind"], is_cost_known=is_cost_known)
    yield Movement("edit_tax", edit["tax_amount"], at, line_id)


def _taxes(book: Book, order: Row, values: list[LineValue]) -> Iterator[Movement]:
    """Tax by rate, and without a rate what of the order's tax is on no line with a rate."""
    by_rate: defaultdict[Decimal | None, Decimal] = defaultdict(Decimal)
    tax_lines = book.tax_lines[order["order_id"]]
    if tax_lines:
        for row in tax_lines:
            by_rate[row["tax_rate"]] += row["tax_amount"]
    else:
        for value in values:
            by_rate[value.row["tax_rate"]] += value.row["tax_amount"]
        if order["tax_amount"] is not None:
            with_a_rate = sum((tax for rate, tax in by_rate.items() if rate is not None), Decimal(0))
            by_rate[None] = order["tax_amount"] - with_a_rate
    for rate, tax in by_rate.items():
        yield Movement("tax", tax, order["placed_at"], tax_rate=rate)


def _payments(book: Book, order: Row) -> Iterator[Movement]:
    """Paying with a voucher or with credit takes off what the shop owes; it is no revenue, nor less of it."""
    kinds = {}
    if book.settings["gift_cards_count_at"] == "redemption":
        kinds["gift_card"] = "gift_card_redeemed"
    if not book.settings["store_credit_is_discount"]:
        kinds["store_credit"] = "store_credit_redeemed"
    for payment in book.payments[order["order_id"]]:
        if payment["kind"] in kinds:
            yield Movement(kinds[payment["kind"]], -payment["amount"], payment["paid_at"] or order["placed_at"])


def _refund(book: Book, order: Row, refund: Row, values: list[LineValue]) -> Iterator[Movement]:
    at = refund["refunded_at"]
    row = {"refund_id": refund["refund_id"], "refund_line_no": refund["refund_line_no"]}
    reason = refund["reason"] or refund["kind"]
    for part in refund_parts(book, refund, values):
        line_type = None if part.line is None else part.line.row["line_type"]
        line_id = None if part.line is None else part.line.line_id
        kind = _refund_kind(refund["kind"], line_type)
        yield Movement(kind, -part.amount, at, line_id, reason=reason, is_allocated=part.is_allocated, **row)
    yield Movement("refund_shipping", -refund["shipping_net_amount"], at, reason=reason, **row)
    yield Movement("refund_tax", -refund["tax_amount"], at, reason=reason, **row)
    paid_back = refund["net_amount"] + refund["shipping_net_amount"] + refund["tax_amount"]
    if refund["is_store_credit"]:
        yield Movement("store_credit_issued", paid_back, at, reason=reason, **row)
    drift = book.rate(order["currency"], book.day(at)) - refund_rate(book, order, at)
    yield Movement("fx_effect", -rounded(paid_back * drift), at, reason=reason, is_converted=True, **row)


def _refund_kind(kind: str, line_type: str | None) -> str:
    for given, result in (("shipping", "refund_shipping"), ("adjustment", "adjustment")):
        if given in (kind, line_type):
            return result
    if line_type == "gift_card":
        return "gift_card_sold"
    if line_type in ("fee", "tip", "duty", "deposit"):
        return line_type
    if kind == "fee":
        return kind
    return "chargeback" if kind == "chargeback" else "refund"


def _credit_note_events(book: Book, refund: Row) -> Iterator[Event]:
    """A credit note that names no order: money of its own day, in the shop's currency."""
    day = book.day(refund["refunded_at"])
    kind = _refund_kind(refund["kind"], None)
    amounts = {kind: refund["net_amount"], "refund_tax": refund["tax_amount"]}
    amounts["refund_shipping"] = amounts.get("refund_shipping", Decimal(0)) + refund["shipping_net_amount"]
    if refund["is_store_credit"]:
        amounts["store_credit_issued"] = -sum(amounts.values(), Decimal(0))
    for event_kind, amount in amounts.items():
        component = COMPONENTS[event_kind]
        if amount:
            yield Event(
                order_id=None,
                attributed_order_id=None,
                line_id=None,
                refund_id=refund["refund_id"],
                refund_line_no=refund["refund_line_no"],
                customer_id=book.people.named(refund),
                sales_channel="unknown",
                event_kind=event_kind,
                component=component,
                reason=refund["reason"] or refund["kind"],
                original_amount=-amount,
                currency=book.currency,
                amount=-amount,
                net_revenue_amount=-amount if component in NET_REVENUE else Decimal(0),
                is_in_revenue=True,
                is_valid_order=None,
                invalid_reason=None,
                tax_rate=None,
                event_date=day,
                attributed_order_date=day,
                is_allocated=False,
                is_cost_known=False,
            )
