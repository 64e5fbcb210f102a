"""What lies in a landed file: its columns, the order of its rows, and the fingerprints that tell a change or damage."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from pipelines import contract

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable
    from pathlib import Path

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
    """A fingerprint of rows: equal for equal rows in equal order, however Arrow happens to hold them.

    CSV is the plain form of a table: each value is written as text, texts in quotes, and NULL as nothing at all.
    """
    import pyarrow as pa
    import pyarrow.csv

    fingerprint = hashlib.sha256()
    for name in sorted(tables):
        written = pa.BufferOutputStream()
        pyarrow.csv.write_csv(tables[name], written)
        fingerprint.update(f"{name} {hashlib.sha256(written.getvalue()).hexdigest()}\n".encode())
    return fingerprint.hexdigest()


def checksums(files: Iterable[Path]) -> str:
    """One line for each file, by name: the SHA-256 of its bytes, and the name, as `sha256sum` writes them."""
    lines = [f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}" for path in files]
    return "\n".join(sorted(lines))


def stamped(rows: pa.Table, extracted_at: dt.datetime) -> pa.Table:
    """The rows with the instant at which they were read, UTC."""
    import pyarrow as pa

    stamps = pa.array([extracted_at], pa.timestamp("us")).take(pa.array([0] * rows.num_rows, pa.int32()))
    return rows.append_column(contract.EXTRACTED_AT, stamps)
