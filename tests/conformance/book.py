"""A shop's rows in order: what belongs to which order, which day an instant is, what a currency and an article cost."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from tests.conformance.natural import Natural
from tests.conformance.people import People

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.conformance.shops import Row, Shop

SMALLEST = Decimal("0.0001")
PAID_STATUSES = ("paid", "partially_refunded", "refunded")


@dataclass(frozen=True)
class Share:
    """One line in a spread: shares follow `weight`; what cutting leaves over goes to the first by weight, value, id."""

    line_id: str
    weight: Decimal
    value: Decimal


class Book:
    """The shop's rows by order; refunds, edits and costs only as far as they are known on the as-of day."""

    def __init__(self, shop: Shop) -> None:
        self.settings = shop.settings
        self.currency: str = shop.settings["currency"]
        self.people = People(shop)
        self.orders = {row["order_id"]: row for row in shop["orders"]}
        lines = sorted(shop["order_lines"], key=lambda row: Natural(row["line_id"]))
        if self.settings["gift_cards_count_at"] == "sale":
            lines = [{**row, "line_type": "product"} if row["line_type"] == "gift_card" else row for row in lines]
        self.lines = _by_order(lines)
        self.tax_lines = _by_order(shop["tax_lines"])
        self.payments = _by_order(row for row in shop["payments"] if row["state"] == "settled")
        self._gateways: defaultdict[str, set[str]] = defaultdict(set)
        for row in shop["payments"]:
            self._gateways[row["order_id"]].add((row["gateway"] or "").strip().lower())
        self.refund_rows = [
            row
            for row in self._not_before_their_order(shop["refunds"], "refunded_at")
            if row["state"] == "settled" and self._is_known(row["refunded_at"])
        ]
        if self.settings["refund_allocation"] == "shipping_first":
            self.refund_rows = self._shipping_first(self.refund_rows)
        self.refunds = _by_order(self.refund_rows)
        edits = self._not_before_their_order(shop["order_edits"], "edited_at")
        self.edits = _by_order(row for row in edits if self._is_known(row["edited_at"]))
        self.costs = _by_order(row for row in shop["order_costs"] if self._is_known(row["booked_at"]))
        self._rates = _dated(shop["exchange_rates"], ("currency",), "rate_date")
        self._dated_costs = _dated(shop["product_costs"], ("product_id", "variant_id"), "valid_from_date")
        self._products = {(row["product_id"], row["variant_id"]): row for row in shop["products"]}
        self.components: defaultdict[str | None, list[Row]] = defaultdict(list)
        for row in shop["bundle_components"]:
            self.components[row["product_id"]].append(row)

    def day(self, instant: dt.datetime) -> dt.date:
        """The business day, in the shop's zone, of an instant in UTC."""
        return instant.replace(tzinfo=dt.UTC).astimezone(ZoneInfo(self.settings["timezone"])).date()

    def category(self, product_id: str, variant_id: str | None) -> str | None:
        """What the catalogue says of an article."""
        return self._products.get((product_id, variant_id or ""), {}).get("category")

    def order_day(self, order: Row) -> dt.date:
        return self.day(order["placed_at"])

    def in_order(self, order_ids: Iterable[str]) -> list[str]:
        """By instant, then by the number that the buyer sees, then by id."""
        return sorted(
            order_ids,
            key=lambda order_id: (
                self.orders[order_id]["placed_at"],
                Natural(self.orders[order_id]["order_number"]),
                Natural(order_id),
            ),
        )

    def original(self, order: Row) -> Row:
        """The order in which an exchange belongs; any other order belongs to itself."""
        if order["order_type"] == "exchange" and not self.settings["count_exchanges_as_orders"]:
            return self.orders.get(order["original_order_id"], order)
        return order

    def customer(self, order: Row) -> str | None:
        """The person whose order it is; staff and marketplace orders are nobody's."""
        if self.order_type(order) == "staff":
            return None
        if order["order_type"] == "marketplace" and not self.settings["count_marketplace_orders"]:
            return None
        return self.people.buyer(self.original(order))

    def order_type(self, order: Row) -> str:
        """What kind of order it is; a sale that carries a tag of staff is staff's."""
        is_staffs = order["order_type"] == "sale" and has_one_of(order["tags"], self.settings["staff_order_tags"])
        return "staff" if is_staffs else order["order_type"]

    def is_test(self, order: Row) -> bool:
        """The order, or the one in which it belongs, by the shop's own mark, a tag, or a gateway for tests."""
        return self._is_marked_test(order) or self._is_marked_test(self.original(order))

    def is_cancelled(self, order: Row) -> bool:
        return order["status"] == "cancelled" or order["cancelled_at"] is not None

    def is_paid(self, order: Row) -> bool:
        was_refunded = bool(self.refunds[order["order_id"]])
        return order["status"] in PAID_STATUSES or order["paid_at"] is not None or was_refunded

    def rate(self, currency: str, day: dt.date) -> Decimal:
        """Units of the shop's currency for one of `currency`: the last rate up to that day."""
        if currency == self.currency:
            return Decimal(1)
        return self.rate_row(currency, day)["rate"]

    def rate_row(self, currency: str, day: dt.date) -> Row:
        """The rate, and the last day that is in it."""
        if self.settings["exchange_rate_basis"] == "month_average":
            rows = [row for row in self._rates[(currency,)] if row["rate_date"] < self.settings["as_of_date"]]
            of_month = [row for row in rows if row["rate_date"].replace(day=1) == day.replace(day=1)]
            if of_month:
                mean = sum((Fraction(row["rate"]) for row in of_month), Fraction(0)) / len(of_month)
                millionths = int(mean * 10**6 + Fraction(1, 2))
                return {"rate": Decimal(millionths) / 10**6, "rate_date": max(row["rate_date"] for row in of_month)}
        found = _last(self._rates[(currency,)], "rate_date", day)
        assert found is not None, f"no exchange rate for {currency} up to {day}"
        return found

    def unit_cost(self, product_id: str | None, variant_id: str | None, day: dt.date) -> Decimal | None:
        """What one piece cost on that day by the catalogue; None if nobody knows."""
        key = (product_id or "", variant_id or "")
        dated = _last(self._dated_costs[key], "valid_from_date", day)
        if dated is not None:
            return dated["unit_cost_amount"]
        product = self._products.get(key)
        if product is None or (product["cost_valid_from"] is not None and product["cost_valid_from"] > day):
            return None
        return product["unit_cost_amount"]

    def line_cost(self, line: Row) -> Decimal | None:
        """What one piece of an order line cost."""
        if line["unit_cost_amount"] is not None:
            return line["unit_cost_amount"]
        return self.unit_cost(line["product_id"], line["variant_id"], self.order_day(self.orders[line["order_id"]]))

    def _is_marked_test(self, order: Row) -> bool:
        """A payment through a gateway for tests marks its order whatever became of it."""
        gateways = {name.lower() for name in self.settings["test_payment_gateways"]}
        is_tagged = has_one_of(order["tags"], self.settings["test_order_tags"])
        return order["is_test"] or is_tagged or bool(gateways & self._gateways[order["order_id"]])

    def _shipping_first(self, refunds: list[Row]) -> list[Row]:
        """The refunds, those for no line in particular from the order's shipping as far as no other refund names it."""
        left = {key: order["shipping_net_amount"] for key, order in self.orders.items()}
        for row in refunds:
            if row["order_id"] in left:
                left[row["order_id"]] -= row["shipping_net_amount"]
                left[row["order_id"]] -= row["net_amount"] if row["kind"] == "shipping" else 0
        found = []
        for row in sorted(
            refunds, key=lambda row: (row["refunded_at"], Natural(row["refund_id"]), row["refund_line_no"])
        ):
            part = Decimal(0)
            is_loose = row["kind"] == "amount" and row["line_id"] is None and row["sku"] is None
            if is_loose and row["order_id"] in left:
                part = min(row["net_amount"], max(left[row["order_id"]], Decimal(0)))
                left[row["order_id"]] -= part
            amounts = {
                "net_amount": row["net_amount"] - part,
                "shipping_net_amount": row["shipping_net_amount"] + part,
            }
            found.append({**row, **amounts})
        return found

    def _not_before_their_order(self, rows: list[Row], stamp: str) -> list[Row]:
        """What is dated on an earlier day than its order happened when the order was placed."""
        found = []
        for row in rows:
            order = self.orders.get(row["order_id"])
            is_early = order is not None and self.day(row[stamp]) < self.order_day(order)
            found.append({**row, stamp: order["placed_at"]} if order is not None and is_early else row)
        return found

    def _is_known(self, instant: dt.datetime | None) -> bool:
        return instant is None or self.day(instant) < self.settings["as_of_date"]


def spread(amount: Decimal, shares: Iterable[Share]) -> dict[str, Decimal]:
    """`amount` over lines by weight, cut to four decimals; the rest on the largest line."""
    ranked = sorted(shares, key=lambda share: (-share.weight, -share.value, Natural(share.line_id)))
    total = sum((share.weight for share in ranked), Decimal(0))
    parts = {
        share.line_id: cut(Fraction(amount) * Fraction(share.weight) / Fraction(total)) if total else Decimal(0)
        for share in ranked
    }
    if ranked:
        parts[ranked[0].line_id] += amount - sum(parts.values(), Decimal(0))
    return parts


def cut(value: Fraction) -> Decimal:
    """Toward zero, to four decimals."""
    return Decimal(int(value * 10_000)) * SMALLEST


def rounded(value: Decimal) -> Decimal:
    """To four decimals; halves go away from zero, so that a sum and its reverse round alike."""
    return value.quantize(SMALLEST, ROUND_HALF_UP)


def _by_order(rows: Iterable[Row]) -> defaultdict[str, list[Row]]:
    found: defaultdict[str, list[Row]] = defaultdict(list)
    for row in rows:
        found[row["order_id"]].append(row)
    return found


def has_one_of(tags: str | None, wanted: Iterable[str]) -> bool:
    """One of the words, separated by commas, is wanted; capitals and blanks around a word do not matter."""
    words = {word.strip().lower() for word in (tags or "").split(",")}
    return not words.isdisjoint(word.lower() for word in wanted)


def _dated(rows: Iterable[Row], key: tuple[str, ...], date: str) -> defaultdict[tuple[str, ...], list[Row]]:
    found: defaultdict[tuple[str, ...], list[Row]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: row[date]):
        found[tuple(row[name] for name in key)].append(row)
    return found


def _last(rows: list[Row], date: str, day: dt.date) -> Row | None:
    return next((row for row in reversed(rows) if row[date] <= day), None)
