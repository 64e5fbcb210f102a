"""A day's rows: in landed form, chosen by day, and with what changed in the place of what it replaces."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from pipelines import contract
from pipelines.landing import store

if TYPE_CHECKING:
    import datetime as dt

    import pyarrow as pa

    from pipelines.extraction.pseudonyms import EmailHasher
    from pipelines.settings import Settings


def in_landed_form(table: contract.Table, rows: pa.Table, hasher: EmailHasher) -> pa.Table:
    """Delivered rows as they are landed: addresses hashed, absent values given the contract's default."""
    import pyarrow as pa
    import pyarrow.compute as pc

    rows = hasher.pseudonymise(table, rows)
    for column in table.columns:
        if column.default is not None:
            position = rows.schema.get_field_index(column.name)
            values = rows.column(position)
            default = pa.scalar(column.default_value)
            if pa.types.is_decimal(values.type):
                default = pa.scalar(Decimal(column.default), values.type)
            rows = rows.set_column(position, column.name, pc.fill_null(values, default.cast(values.type)))
    return rows


def on_days(rows: pa.Table, days: set[dt.date]) -> pa.Table:
    """Those of the rows that lie on these days."""
    import pyarrow as pa
    import pyarrow.compute as pc

    return rows.filter(pc.is_in(rows.column("order_date"), value_set=pa.array(sorted(days), pa.date32())))


def days_of(tables: dict[str, pa.Table]) -> set[dt.date]:
    """The days on which any row lies."""
    return {day for rows in tables.values() for day in rows.column("order_date").unique().to_pylist()}


def with_changes(settings: Settings, day: dt.date, changed: dict[str, pa.Table]) -> dict[str, pa.Table]:
    """A landed day with changed rows in the place of their old ones; the rest of the day stays.

    Args:
        settings: The shop's.
        day: A landed day.
        changed: Rows by table in landed form, of this day and of others. An order replaces all that lies there of the
            order, also where it has moved to another day.
    """
    import pyarrow as pa

    tables = {}
    for table in contract.DELIVERED_DAY_TABLES:
        old = store.read_day(settings, table.name, day)
        new = on_days(changed[table.name], {day}) if table.name in changed else old.slice(0, 0)
        tables[table.name] = pa.concat_tables([_kept(table, old, new, changed), new])
    return tables


def _kept(table: contract.Table, old: pa.Table, new: pa.Table, changed: dict[str, pa.Table]) -> pa.Table:
    """The old rows that nothing replaces."""
    import pyarrow.compute as pc

    if table.kept_by == "own_day":
        return old.slice(0, 0) if new.num_rows else old
    is_replaced = _is_among(old, "order_id", changed.get("orders"))
    if table is contract.REFUNDS:
        # A credit note may name no order.
        is_replaced = pc.or_(is_replaced, _is_among(old, "refund_id", changed.get("refunds")))
    return old.filter(pc.invert(is_replaced))


def _is_among(rows: pa.Table, column: str, others: pa.Table | None) -> pa.ChunkedArray:
    import pyarrow as pa
    import pyarrow.compute as pc

    values = pa.chunked_array([[]], pa.string()) if others is None else others.column(column)
    return pc.is_in(rows.column(column), value_set=values)
