"""A landing made by hand: rows from the builders, the contract's defaults filled in, the source's count made to match.

    land(settings, order("A"), line("A"), refund("R", order_id="A"))

An order lies on its business day with its parts beside it, and what belongs to no order of the same call on `DAY`; a
row with an `order_date` lies there.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa

from pipelines import contract
from pipelines.landing import store
from pipelines.settings import Settings
from tests.support import shops
from tests.support.builders import Row, completed, line, order, table_of, with_total

# The builders' day, the day after it, and a today that is later than all they say.
DAY, NEXT_DAY, TODAY = dt.date(2024, 3, 1), dt.date(2024, 3, 2), dt.date(2024, 4, 1)
EXTRACTED_AT = dt.datetime(2024, 4, 1)


def make_settings(folder: Path, **sections: dict[str, Any]) -> Settings:
    """Settings of a shop whose today is `TODAY`."""
    return shops.make_settings(folder, shop={"as_of": TODAY}, **sections)


def counted(row_count: int, amount: Any, entry: str = "read", **columns: Any) -> Row:
    """An entry of the source's own count; a day without any gets one that matches its rows."""
    return {"entry": entry, "row_count": row_count, "amount": amount, **columns}


def good_orders(day: dt.date, count: int) -> list[Row]:
    """So many good orders of one line on a day."""
    ids = [f"{day}-{number}" for number in range(count)]
    return [order(order_id, day) for order_id in ids] + [line(order_id) for order_id in ids]


def bad_orders(day: dt.date, count: int, lines: int = 1) -> list[Row]:
    """So many orders whose status the contract does not know."""
    ids = [f"{day}-bad-{number}" for number in range(count)]
    bad = [order(order_id, day, status="shipped") for order_id in ids]
    return bad + [line(order_id, str(n), sku=f"{n}") for order_id in ids for n in range(lines)]


def land(
    settings: Settings, *rows: Row, days: tuple[dt.date, ...] = (), is_counted: bool = True, **others: list[Row]
) -> None:
    """Replace the days of these rows, and `days`, in the landing.

    Args:
        settings: The shop's.
        rows: From the builders.
        days: More days to replace.
        is_counted: Whether the source has a count of its own.
        others: Rows by day that no builder makes, by table.
    """
    given: dict[str, list[Row]] = {table.name: [*others.get(table.name, [])] for table in contract.DAY_TABLES}
    for row in rows:
        given[table_of(row)].append(row)
    zone = ZoneInfo(settings.shop.timezone)
    given["orders"] = [
        {"order_date": _business_day(row, zone), **with_total(row, given["order_lines"])} for row in given["orders"]
    ]
    # Of several versions of an order, the parts lie on the day of the newest.
    versions = sorted(given["orders"], key=lambda row: row.get("updated_at") or "")
    order_days = {row["order_id"]: row["order_date"] for row in versions}
    tables = {
        name: [_landed(contract.TABLES[name], row, order_days.get(row.get("order_id"), DAY)) for row in own]
        for name, own in given.items()
    }
    all_days = {row["order_date"] for own in tables.values() for row in own} | set(days)
    if is_counted:
        uncounted = all_days - {row["order_date"] for row in tables["source_counts"]}
        tables["source_counts"] += [_matching_count(tables, day) for day in uncounted]
    batch = {name: _arrow(contract.TABLES[name], own) for name, own in tables.items()}
    store.write_days(settings, all_days, batch, EXTRACTED_AT)


def land_keyed(settings: Settings, table_name: str, *rows: Row) -> None:
    """Replace a keyed table."""
    table = contract.TABLES[table_name]
    for path in (settings.landing_path / "keyed").glob(f"{table_name}.*"):
        path.unlink()
    store.upsert_keyed(settings, table_name, _arrow(table, [completed(table, row) for row in rows]), EXTRACTED_AT)


def _business_day(row: Row, zone: ZoneInfo) -> dt.date:
    if row["placed_at"] is None:
        return DAY
    return dt.datetime.fromisoformat(str(row["placed_at"])).replace(tzinfo=dt.UTC).astimezone(zone).date()


def _landed(table: contract.Table, row: Row, day: dt.date) -> Row:
    columns = {name: value for name, value in row.items() if name != "order_date"}
    return {"order_date": row.get("order_date", day), **completed(table, columns)}


def _matching_count(tables: dict[str, list[Row]], day: dt.date) -> Row:
    mine = {name: [row for row in own if row["order_date"] == day] for name, own in tables.items()}
    amounts = [
        sign * (row[column] or 0)
        for name, signs in contract.COUNTED_AMOUNTS.items()
        for row in mine[name]
        for column, sign in signs.items()
    ]
    row_count = sum(len(mine[table.name]) for table in contract.MONEY_ROW_TABLES)
    return {"order_date": day, **completed(contract.SOURCE_COUNTS, counted(row_count, sum(amounts, Decimal(0))))}


def _arrow(table: contract.Table, rows: list[Row]) -> pa.Table:
    schema = table.landed_schema()
    schema = schema.remove(schema.get_field_index(contract.EXTRACTED_AT))
    if table.kept_by != "key":
        schema = schema.insert(0, pa.field("order_date", pa.date32()))
    return pa.Table.from_pylist(rows, schema=schema)
