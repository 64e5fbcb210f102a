"""Rows of the contract, as short as a test needs them: `order("A")`, `line("A", net=25)`, `refund("R", order_id="A")`.

A builder gives what a row must have, and the columns that are named; the place where rows go (`landed`, `raw_shop`,
`shops`, `memory_source`, `tests.conformance.shops`) fills in the rest from the contract. Days and instants are text or
dates; a day alone means noon UTC.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pipelines import contract

Row = dict[str, Any]
Day = str | dt.date

# A column that rows of one table alone have; an order has none of them.
_MARKS = {
    "refund_id": "refunds",
    "edit_id": "order_edits",
    "tax_line_no": "tax_lines",
    "payment_id": "payments",
    "cost_id": "order_costs",
    "line_id": "order_lines",
    "entry": "source_counts",
}


def order(
    order_id: str | None,
    placed: Day = "2024-03-01",
    customer_id: str | None = "anna",
    *,
    total: Any = None,
    **columns: Any,
) -> Row:
    """A paid order over the web; without a `total`, it owes what its lines and its own amounts come to."""
    known = {
        "order_id": order_id,
        "placed_at": _instant(placed),
        "status": "paid",
        "currency": "EUR",
        "customer_id": customer_id,
        "country": "NL",
        "sales_channel": "web",
    }
    return {**known, **({} if total is None else {"total_gross_amount": total}), **columns}


def line(order_id: str | None, line_id: str | None = "1", net: Any = 10, **columns: Any) -> Row:
    """One piece of an article."""
    return {"order_id": order_id, "line_id": line_id, "quantity": 1, "net_amount": net, **columns}


def refund(
    refund_id: str | None, refunded: Day = "2024-03-10", order_id: str | None = None, net: Any = 10, **columns: Any
) -> Row:
    """A settled refund; without an order, a credit note that names none."""
    known = {"refund_id": refund_id, "refunded_at": _instant(refunded), "order_id": order_id, "net_amount": net}
    return {**known, **columns}


def edit(
    order_id: str | None, edited: Day = "2024-03-02", net: Any = 5, edit_id: str | None = "1", **columns: Any
) -> Row:
    """A change to an order."""
    return {"order_id": order_id, "edit_id": edit_id, "edited_at": _instant(edited), "net_amount": net, **columns}


def tax_line(order_id: str | None, tax: Any = 0, rate: Any = "0.21", number: int | None = 1, **columns: Any) -> Row:
    """Tax of one rate."""
    return {"order_id": order_id, "tax_line_no": number, "tax_rate": rate, "tax_amount": tax, **columns}


def payment(
    order_id: str | None, kind: str | None = "card", amount: Any = 10, payment_id: str | None = "1", **columns: Any
) -> Row:
    """A settled payment."""
    return {"order_id": order_id, "payment_id": payment_id, "kind": kind, "amount": amount, **columns}


def cost(order_id: str | None, kind: str | None = "shipping", amount: Any = 3, **columns: Any) -> Row:
    """A cost booked with its order; one of each kind needs no id of its own."""
    return {"order_id": order_id, "cost_id": kind, "kind": kind, "amount": amount, **columns}


def exchange_rate(currency: str | None, rate: Any = "0.92", rate_date: Day | None = "2024-03-01") -> Row:
    """Units of the shop's currency for one of the other."""
    return {"currency": currency, "rate_date": rate_date, "rate": rate}


def table_of(row: Mapping[str, Any]) -> str:
    """The table by order day that a row belongs to."""
    return next((table for column, table in _MARKS.items() if column in row), "orders")


def with_total(order: Row, lines: Iterable[Row]) -> Row:
    """The order, owing what its own amounts and its lines among these come to, unless it says a total."""
    if "total_gross_amount" in order:
        return order
    own = [row for row in lines if row["order_id"] == order["order_id"]]
    tax = order.get("tax_amount")
    taxes = [row.get("tax_amount") for row in own] if tax is None else [tax]
    charges = [order.get("shipping_net_amount"), order.get("fee_net_amount")]
    owed = _sum([*(row["net_amount"] for row in own), *taxes, *charges])
    return {**order, "total_gross_amount": owed - _sum([order.get("undistributed_discount_net_amount")])}


def typed(table: contract.Table, row: Mapping[str, Any]) -> Row:
    """The row with values of the contract's types; its columns are called as delivered or as landed."""
    columns = {
        name: column
        for column in table.columns
        for name in (column.name, *(landed for landed, _ in column.landed_columns))
    }
    unknown = row.keys() - columns.keys()
    assert not unknown, f"{table.name} has no column {sorted(unknown)}"
    return {name: _typed(columns[name], value) for name, value in row.items()}


def completed(table: contract.Table, row: Mapping[str, Any]) -> Row:
    """The row as it is landed: typed, and with every column of its table, those left out by the contract's default."""
    defaults = dict.fromkeys(table.landed_names) | {c.landed_name: c.default_value for c in table.columns}
    return typed(table, {**defaults, **row})


def _instant(value: Day) -> str:
    text = str(value)
    return f"{text} 12:00:00" if len(text) == len("2024-03-01") else text


def _typed(column: contract.Column, value: Any) -> Any:
    if value is None:
        return None
    if column.type in ("money", "quantity", "rate"):
        return Decimal(str(value))
    if column.type == "instant" and isinstance(value, str):
        return dt.datetime.fromisoformat(value)
    if column.type == "date" and isinstance(value, str):
        return dt.date.fromisoformat(value)
    return value


def _sum(amounts: Iterable[Any]) -> Decimal:
    return sum((Decimal(str(amount or 0)) for amount in amounts), Decimal(0))
