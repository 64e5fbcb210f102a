"""What an order of WooCommerce is in the contract: its lines, fees, shipping, discounts, tax and refunds.

Amounts are text, ex tax, in the shop's own decimals. `price` of a line is a rounded float and `coupon_lines` may say
another discount than was given; neither is read. An edit that changes a quantity leaves the amounts as they were, and
so do we: nothing is ever quantity times price.
"""

from __future__ import annotations

import datetime as dt
import re
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from pipelines.errors import SourceError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from zoneinfo import ZoneInfo

    from pipelines.sources.woocommerce.statuses import StatusTable

Row = dict[str, Any]

ZERO = Decimal(0)
CENT = Decimal("0.01")
_FOUR_PLACES = Decimal("0.0001")

# A tax rate's code begins with its country, unless the rate is for all countries.
_COUNTRY_OF_RATE = re.compile("([A-Z]{2})-")


def rows_of(order: Row, refunds: Iterable[Row], statuses: StatusTable, zone: ZoneInfo) -> dict[str, list[Row]]:
    """The rows of one order by contract table, without `order_date` where it is the same for all: it is added here."""
    key = {"order_date": local_day(order, zone), "order_id": str(order["id"])}
    return {
        "orders": [{**key, **_order(order, statuses)}],
        "order_lines": [{**key, **row} for row in (*_lines(order), *_fees(order))],
        "refunds": [{**key, **row} for refund in refunds for row in _refund(refund, order)],
        "tax_lines": [{**key, **row} for row in _tax_lines(order)],
    }


def local_day(order: Row, zone: ZoneInfo) -> dt.date:
    """The business day on which the order was placed."""
    return instant(order["date_created_gmt"]).replace(tzinfo=dt.UTC).astimezone(zone).date()


def instant(text: str) -> dt.datetime:
    """A stamp of the API that ends in `_gmt`: UTC, without saying so."""
    return dt.datetime.fromisoformat(text)


def money(row: Mapping[str, Any], name: str) -> Decimal:
    """An amount of the API, to the contract's four decimals; an empty one is 0.

    Raises:
        SourceError: It is no number.
    """
    text = str(row[name] or "0")
    try:
        return Decimal(text).quantize(_FOUR_PLACES, ROUND_HALF_UP)
    except InvalidOperation:
        raise SourceError(
            f"The shop's answer has {name} = {text!r} in row {row.get('id')}, which is no amount. Is a plug-in "
            "changing the answers of the REST API?"
        ) from None


def is_discount(fee: Row) -> bool:
    """Whether a fee takes money off the order, as plug-ins write loyalty and payment discounts."""
    return money(fee, "total") < 0


def _order(order: Row, statuses: StatusTable) -> Row:
    taken_off = -sum((money(fee, "total") for fee in order["fee_lines"] if is_discount(fee)), ZERO)
    return {
        "order_number": order["number"],
        "placed_at": instant(order["date_created_gmt"]),
        "updated_at": _instant_or_none(order["date_modified_gmt"]),
        "status": statuses.of(order),
        "status_raw": order["status"],
        "customer_id": _id_or_none(order["customer_id"]),
        "customer_email": order["billing"].get("email") or None,
        "currency": order["currency"],
        "total_gross_amount": money(order, "total"),
        "tax_amount": money(order, "total_tax"),
        "shipping_net_amount": money(order, "shipping_total"),
        "discount_net_amount": money(order, "discount_total") + taken_off,
        "undistributed_discount_net_amount": taken_off,
        "discount_codes": ",".join(coupon["code"] for coupon in order["coupon_lines"]) or None,
        "prices_include_tax": order["prices_include_tax"],
        "sales_channel": order["created_via"] or None,
        "country": order["shipping"].get("country") or order["billing"].get("country") or None,
        "paid_at": _instant_or_none(order["date_paid_gmt"]),
        "fulfilled_at": _instant_or_none(order["date_completed_gmt"]),
    }


def _lines(order: Row) -> Iterable[Row]:
    rates = {rate["rate_id"]: rate for rate in order["tax_lines"]}
    for line in order["line_items"]:
        net, before = money(line, "total"), money(line, "subtotal")
        yield {
            "line_id": str(line["id"]),
            # 0 and NULL once the product is deleted; the name stays.
            "product_id": _id_or_none(line["product_id"]),
            "variant_id": _id_or_none(line["variation_id"]),
            "sku": line["sku"] or None,
            "title": line["name"],
            "quantity": Decimal(str(line["quantity"])),
            # An amount set by hand above the list price is no negative discount.
            "list_net_amount": max(before, net),
            "discount_net_amount": max(before - net, ZERO),
            "net_amount": net,
            "tax_amount": money(line, "total_tax"),
            "line_type": "product",
            "tax_rate": _tax_rate(line, rates),
        }


def _fees(order: Row) -> Iterable[Row]:
    """Fees are lines, so that a refund can name one. One below 0 is a discount on the order, which spreads it."""
    rates = {rate["rate_id"]: rate for rate in order["tax_lines"]}
    for fee in order["fee_lines"]:
        if not is_discount(fee):
            yield {
                "line_id": str(fee["id"]),
                "title": fee["name"],
                "quantity": Decimal(1),
                "list_net_amount": money(fee, "total"),
                "discount_net_amount": ZERO,
                "net_amount": money(fee, "total"),
                "tax_amount": money(fee, "total_tax"),
                "line_type": "fee",
                "tax_rate": _tax_rate(fee, rates),
            }


def _tax_rate(line: Row, rates: Mapping[int, Row]) -> Decimal | None:
    """The sum of the rates on a line; None without one, and for rates on top of rates."""
    used = [rates.get(tax["id"]) for tax in line["taxes"] if tax["total"]]
    if not used or any(rate is None or rate["compound"] for rate in used):
        return None
    return sum((_rate(rate) for rate in used if rate), ZERO)


def _rate(tax_line: Row) -> Decimal:
    return Decimal(str(tax_line["rate_percent"])) / 100


def _tax_lines(order: Row) -> Iterable[Row]:
    for number, tax in enumerate(order["tax_lines"], start=1):
        country = _COUNTRY_OF_RATE.match(tax["rate_code"])
        yield {
            "tax_line_no": number,
            "tax_rate": _rate(tax),
            "country": country[1] if country else None,
            "tax_amount": money(tax, "tax_total") + money(tax, "shipping_tax_total"),
        }


def _refund(refund: Row, order: Row) -> Iterable[Row]:
    """A row for each part that the refund names, and one for what it gives back beside them."""
    parts = [
        *(_refunded(line, "line") for line in refund["line_items"]),
        *(_refunded(line, "shipping") for line in refund["shipping_lines"]),
        *(_refunded(line, "line") for line in refund["fee_lines"]),
    ]
    named = sum((_gross(part) for part in parts), ZERO)
    rest = money(refund, "amount") - named
    if -CENT * len(parts) <= rest < 0:
        # Each part is rounded by itself; the money that went back is certain.
        largest = max(parts, key=_gross)
        largest["shipping_net_amount" if largest["kind"] == "shipping" else "net_amount"] += rest
        rest = ZERO
    if rest < 0 or any(amount < 0 for part in parts for amount in _amounts(part)):
        # A discount given back with the lines it was on, which the contract has no row for: one amount, not split.
        tax = sum((part["tax_amount"] for part in parts), ZERO)
        parts = [{"net_amount": money(refund, "amount") - tax, "tax_amount": tax, "kind": "amount"}]
    elif not parts and rest == money(order, "total"):
        parts = _whole_order(order)
    elif rest > 0 or not parts:
        # Without a line the shop books no tax.
        parts.append({"net_amount": rest, "kind": "amount"})
    for number, part in enumerate(parts, start=1):
        yield {
            "refund_id": str(refund["id"]),
            "refund_line_no": number,
            "refunded_at": instant(refund["date_created_gmt"]),
            "reason": refund["reason"] or None,
            **part,
        }


def _refunded(line: Row, kind: str) -> Row:
    """A line of a refund, whose amounts are negative there."""
    of_shipping = kind == "shipping"
    named = (meta["value"] for meta in line["meta_data"] if meta["key"] == "_refunded_item_id")
    return {
        "line_id": None if of_shipping else next((str(value) for value in named), None),
        "sku": line.get("sku") or None,
        "quantity": abs(Decimal(str(line["quantity"]))) if line.get("quantity") else None,
        "net_amount": ZERO if of_shipping else -money(line, "total"),
        "shipping_net_amount": -money(line, "total") if of_shipping else ZERO,
        "tax_amount": -money(line, "total_tax"),
        "kind": kind,
    }


def _whole_order(order: Row) -> list[Row]:
    """A refund without lines that gives all of an order back: with its tax, as the shop's own reports book it."""
    fees = [
        {"line_id": fee["line_id"], "net_amount": fee["net_amount"], "tax_amount": fee["tax_amount"], "kind": "line"}
        for fee in _fees(order)
    ]
    shipping = money(order, "shipping_total")
    tax = money(order, "total_tax") - sum((fee["tax_amount"] for fee in fees), ZERO)
    net = money(order, "total") - shipping - tax - sum((fee["net_amount"] + fee["tax_amount"] for fee in fees), ZERO)
    goods = {"net_amount": net, "shipping_net_amount": shipping, "tax_amount": tax, "kind": "amount"}
    return [goods, *fees]


def _amounts(part: Row) -> tuple[Decimal, Decimal, Decimal]:
    return part["net_amount"], part["shipping_net_amount"], part["tax_amount"]


def _gross(part: Row) -> Decimal:
    return sum(_amounts(part), ZERO)


def _instant_or_none(text: str | None) -> dt.datetime | None:
    return instant(text) if text else None


def _id_or_none(number: int | None) -> str | None:
    return str(number) if number else None
