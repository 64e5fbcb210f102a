"""A landing made by hand: rows as dicts, the contract's defaults filled in, the source's own count made to match.

    land(settings, order("A"), line("A"))

Rows know their table and their day; each call replaces the days it names.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pyarrow as pa

from pipelines import contract
from pipelines.landing import store
from pipelines.settings import Settings

Row = dict[str, Any]

DAY, NEXT_DAY = dt.date(2024, 1, 2), dt.date(2024, 1, 3)
EXTRACTED_AT = dt.datetime(2024, 3, 1)


def order(order_id: str | None, amount: str = "10", day: dt.date = DAY, **columns: Any) -> Row:
    """A paid order that `amount` worth of lines adds up to."""
    placed_at = dt.datetime.combine(day, dt.time(12))
    known = {"order_id": order_id, "placed_at": placed_at, "status": "paid", "currency": "EUR", "customer_id": "c1"}
    return _row("orders", day, {**known, "total_gross_amount": Decimal(amount), **columns})


def line(
    order_id: str | None, line_id: str | None = "1", amount: str = "10", day: dt.date = DAY, **columns: Any
) -> Row:
    """One line of one piece."""
    known = {"order_id": order_id, "line_id": line_id, "quantity": Decimal(1), "sku": line_id}
    return _row("order_lines", day, {**known, "net_amount": Decimal(amount), **columns})


def refund(refund_id: str | None, order_id: str | None, amount: str = "4", day: dt.date = DAY, **columns: Any) -> Row:
    """A refund of one line."""
    refunded_at = dt.datetime.combine(day, dt.time(15))
    known = {"refund_id": refund_id, "order_id": order_id, "refunded_at": refunded_at, "net_amount": Decimal(amount)}
    return _row("refunds", day, {**known, **columns})


def edit(order_id: str | None, edit_id: str | None = "1", amount: str = "5", day: dt.date = DAY, **columns: Any) -> Row:
    """Goods added to an order."""
    known = {"order_id": order_id, "edit_id": edit_id, "edited_at": dt.datetime.combine(day, dt.time(14))}
    return _row("order_edits", day, {**known, "net_amount": Decimal(amount), **columns})


def tax_line(
    order_id: str | None, number: int | None = 1, amount: str = "0", day: dt.date = DAY, **columns: Any
) -> Row:
    """Tax of one rate."""
    known = {"order_id": order_id, "tax_line_no": number, "tax_rate": Decimal("0.21"), "tax_amount": Decimal(amount)}
    return _row("tax_lines", day, {**known, **columns})


def payment(
    order_id: str | None, payment_id: str | None = "1", amount: str | None = "10", day: dt.date = DAY, **columns: Any
) -> Row:
    """A payment by card."""
    known = {"order_id": order_id, "payment_id": payment_id, "kind": "card", "amount": amount and Decimal(amount)}
    return _row("payments", day, {**known, "paid_at": dt.datetime.combine(day, dt.time(13)), **columns})


def cost(
    order_id: str | None, cost_id: str | None = "1", amount: str | None = "3", day: dt.date = DAY, **columns: Any
) -> Row:
    """What a parcel cost."""
    known = {"order_id": order_id, "cost_id": cost_id, "kind": "shipping", "amount": amount and Decimal(amount)}
    return _row("order_costs", day, {**known, "booked_at": dt.datetime.combine(day, dt.time(16)), **columns})


def counted(row_count: int, amount: str, entry: str = "read", day: dt.date = DAY) -> Row:
    """An entry of the source's own count; without any, it is made to match."""
    return _row("source_counts", day, {"entry": entry, "row_count": row_count, "amount": Decimal(amount)})


def shop_of(day: dt.date, orders: int) -> list[Row]:
    """So many good orders of one line on a day."""
    ids = [f"{day}-{number}" for number in range(orders)]
    return [order(order_id, day=day) for order_id in ids] + [line(order_id, day=day) for order_id in ids]


def land(settings: Settings, *rows: Row, days: tuple[dt.date, ...] = (), is_counted: bool = True) -> None:
    """Replace the days of these rows, and `days`, in the landing; not `is_counted`: of a source that counts nothing."""
    all_days = {row["order_date"] for row in rows} | set(days)
    counts = [row for row in rows if row["table"] == "source_counts"]
    if is_counted:
        counts += [_matching_count(rows, day) for day in all_days - {row["order_date"] for row in counts}]
    tables = {}
    for table in contract.DAY_TABLES:
        own = counts if table is contract.SOURCE_COUNTS else [row for row in rows if row["table"] == table.name]
        tables[table.name] = _arrow(table, own)
    store.write_days(settings, all_days, tables, EXTRACTED_AT)


def land_keyed(settings: Settings, table_name: str, *rows: Row) -> None:
    """Replace a keyed table."""
    table = contract.TABLES[table_name]
    for path in (settings.landing_path / "keyed").glob(f"{table_name}.*"):
        path.unlink()
    full = [_row(table_name, DAY, row) for row in rows]
    store.upsert_keyed(settings, table_name, _arrow(table, full).drop_columns(["order_date"]), EXTRACTED_AT)


def _row(table_name: str, day: dt.date, columns: Row) -> Row:
    table = contract.TABLES[table_name]
    unknown = columns.keys() - set(table.landed_names)
    assert not unknown, unknown
    defaults = {column.landed_name: column.default_value for column in table.columns}
    for column in table.columns:
        if column.type == "money" and column.default is not None:
            defaults[column.landed_name] = Decimal(column.default)
    return {"table": table_name, "order_date": day, **defaults, **columns}


def _matching_count(rows: tuple[Row, ...], day: dt.date) -> Row:
    mine = [row for row in rows if row["order_date"] == day]
    amount = Decimal(0)
    for row in mine:
        if row["table"] == "orders":
            amount += row["shipping_net_amount"] + row["fee_net_amount"] - row["undistributed_discount_net_amount"]
        elif row["table"] in ("order_lines", "order_edits"):
            amount += row["net_amount"] or 0
        elif row["table"] == "refunds":
            amount -= (row["net_amount"] or 0) + row["shipping_net_amount"]
    money_rows = sum(row["table"] in ("order_lines", "order_edits", "refunds") for row in mine)
    return counted(money_rows, str(amount), day=day)


def _arrow(table: contract.Table, rows: list[Row]) -> pa.Table:
    schema = table.landed_schema().insert(0, pa.field("order_date", pa.date32()))
    schema = schema.remove(schema.get_field_index(contract.EXTRACTED_AT))
    return pa.Table.from_pylist([{name: row[name] for name in schema.names} for row in rows], schema=schema)
