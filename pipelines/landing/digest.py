"""What lies in a landed file: its columns, the order of its rows, and the fingerprint that tells a change."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from pipelines import contract

if TYPE_CHECKING:
    import datetime as dt

    import pyarrow as pa


def content_schema(table: contract.Table) -> pa.Schema:
    """The columns that say something about the shop: all but when they were read."""
    schema = table.landed_schema()
    return schema.remove(schema.get_field_index(contract.EXTRACTED_AT))


def sorted_rows(table: contract.Table, rows: pa.Table, first: tuple[str, ...] = ()) -> pa.Table:
    """By key, then by everything else: the same rows give the same file, in whatever order they came."""
    columns = dict.fromkeys([*first, *table.key, *rows.column_names])
    return rows.combine_chunks().sort_by([(name, "ascending") for name in columns])


def split_by_day(table: contract.Table, rows: pa.Table) -> dict[dt.date, pa.Table]:
    """Rows by day, each day sorted, `order_date` gone."""
    import pyarrow.compute as pc

    if rows.num_rows == 0:
        return {}
    ordered = sorted_rows(table, rows, first=("order_date",))
    days = ordered.column("order_date")
    content = ordered.drop_columns(["order_date"]).cast(content_schema(table))
    by_day = {}
    start = 0
    for entry in pc.value_counts(days).to_pylist():
        by_day[entry["values"]] = content.slice(start, entry["counts"])
        start += entry["counts"]
    return by_day


def content_digest(tables: dict[str, pa.Table]) -> str:
    """A fingerprint of what the rows say, not of how Arrow happens to hold them."""
    import pyarrow as pa

    fingerprint = hashlib.sha256()
    for name in sorted(tables):
        # A slice may carry bits of its neighbours; taken rows do not.
        rows = _without_nulls(tables[name].take(pa.array(range(tables[name].num_rows), pa.int64())))
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, rows.schema) as stream:
            stream.write_table(rows)
        fingerprint.update(name.encode())
        fingerprint.update(sink.getvalue())
    return fingerprint.hexdigest()


def _without_nulls(rows: pa.Table) -> pa.Table:
    """The same content with a flag column for each column that holds NULLs: Arrow leaves what is under a NULL open."""
    import pyarrow as pa
    import pyarrow.compute as pc

    columns = {}
    for name, values in zip(rows.column_names, rows.columns, strict=True):
        if values.null_count == 0:
            columns[name] = values
            continue
        columns[f"{name} is NULL"] = pc.is_null(values)
        if values.null_count < len(values):
            columns[name] = pc.fill_null(values, pa.array([values.drop_null()[0].as_py()], values.type)[0])
    return pa.table(columns)


def stamped(rows: pa.Table, extracted_at: dt.datetime) -> pa.Table:
    """The rows with the instant at which they were read, UTC."""
    import pyarrow as pa

    stamps = pa.array([extracted_at], pa.timestamp("us")).take(pa.array([0] * rows.num_rows, pa.int32()))
    return rows.append_column(contract.EXTRACTED_AT, stamps)
