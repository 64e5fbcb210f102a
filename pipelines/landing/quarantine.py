"""What validation leaves behind, and what the load takes from it.

    quarantine/days/2011-03-01.parquet   rows kept back on that day, one row per row and broken rule; none if clean.
                                         Among them orders of which a newer version came with them (`SUPERSEDED`)
    quarantine/keyed.parquet             the same for the tables that are kept by key
    quarantine/rejected.parquet          the rows that broke a rule when the last validation rejected its batch
    quarantine/validated.parquet         counts per day, table and rule, and the digest of what was validated

`validated.parquet` goes last: a run killed before it leaves the day pending, and the next validation does it again.
Only files and queries belong here; rules and work are in `pipelines.validation.validate`.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from pipelines import contract, sql
from pipelines.landing import queries

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    import pyarrow as pa

    from pipelines.settings import Settings

ALL_RULES = "all rules"
# Stands in the place of a rule and of a consequence: such a row breaks none, and is left out all the same.
SUPERSEDED = "superseded"

ROW_COLUMNS = {
    "source_id": "VARCHAR",
    "order_date": "DATE",
    "table_name": "VARCHAR",
    "row_number": "BIGINT",
    "row_key": "VARCHAR",
    "order_id": "VARCHAR",
    "rule": "VARCHAR",
    "column_name": "VARCHAR",
    "value": "VARCHAR",
    "batch": "VARCHAR",
    "row_json": "VARCHAR",
}

VALIDATION_COLUMNS = {
    "order_date": "DATE",
    "table_name": "VARCHAR",
    "rule": "VARCHAR",
    "consequence": "VARCHAR",
    "read_count": "BIGINT",
    "repeated_count": "BIGINT",
    "superseded_count": "BIGINT",
    "accepted_count": "BIGINT",
    "quarantined_count": "BIGINT",
    "warned_count": "BIGINT",
    "read_amount": "DECIMAL(18,4)",
    "repeated_amount": "DECIMAL(18,4)",
    "superseded_amount": "DECIMAL(18,4)",
    "accepted_amount": "DECIMAL(18,4)",
    "quarantined_amount": "DECIMAL(18,4)",
}

# The content validated (the landing's digest) and the rules it was validated against.
RECORD_COLUMNS = {"source_id": "VARCHAR", **VALIDATION_COLUMNS, "digest": "VARCHAR", "rules_version": "VARCHAR"}


def day_file(settings: Settings, day: dt.date) -> Path:
    """Where the rows kept back on a day are, if there are any."""
    return settings.quarantine_path / "days" / f"{day.isoformat()}.parquet"


def keyed_file(settings: Settings) -> Path:
    """Where the rows kept back of the keyed tables are, if there are any."""
    return settings.quarantine_path / "keyed.parquet"


def rejected_file(settings: Settings) -> Path:
    """Where the broken rows of a rejected batch are, until a batch is accepted."""
    return settings.quarantine_path / "rejected.parquet"


def quarantined_days(settings: Settings) -> set[dt.date]:
    """The days with rows kept back."""
    files = (settings.quarantine_path / "days").glob("[!.]*.parquet")
    # The records count too: a kill between a day's file and its record must not hide the day.
    recorded = (row["order_date"] for row in _all_rules(settings) if row["order_date"] and row["quarantined_count"])
    return {dt.date.fromisoformat(path.stem) for path in files} | set(recorded)


def has_quarantined_keys(settings: Settings) -> bool:
    """Whether rows of the keyed tables are kept back."""
    recorded = (row["quarantined_count"] for row in _all_rules(settings) if not row["order_date"])
    return keyed_file(settings).exists() or any(recorded)


def validated_digests(settings: Settings) -> dict[dt.date, str]:
    """The digest of the content validated last, by day.

    Load a day only if its landed digest is this one, and load it again when the digest or the day's file here changes.
    """
    return {row["order_date"]: row["digest"] for row in _all_rules(settings) if row["order_date"]}


def validated_keyed_digests(settings: Settings) -> dict[str, str]:
    """The same by keyed table."""
    return {row["table_name"]: row["digest"] for row in _all_rules(settings) if not row["order_date"]}


def accepted_rows_query(settings: Settings, table_name: str, days: Iterable[dt.date]) -> str | None:
    """SQL for the rows of a day table that may be loaded; None if it has no landed rows on these days.

    Args:
        settings: The shop's.
        table_name: A contract table that lies on order days.
        days: Days that have been validated.

    Returns:
        A SELECT for any DuckDB connection: `order_date`, the landed columns, `_extracted_at`.
    """
    days = sorted(days)
    wanted = set(days)
    repeated = [
        row["order_date"]
        for row in _all_rules(settings)
        if row["table_name"] == table_name and row["repeated_count"] and row["order_date"] in wanted
    ]
    return _accepted_query(
        table_name,
        queries.day_query(settings, table_name, days),
        queries.day_query(settings, table_name, repeated),
        [path for day in days if (path := day_file(settings, day)).exists()],
    )


def accepted_keyed_query(settings: Settings, table_name: str) -> str | None:
    """The same for a table that is kept by key, without `order_date`."""
    landed = queries.keyed_query(settings, table_name)
    is_repeated = any(row["table_name"] == table_name and row["repeated_count"] for row in _all_rules(settings))
    path = keyed_file(settings)
    query = _accepted_query(table_name, landed, landed if is_repeated else None, [path] if path.exists() else [])
    return None if query is None else f"select * exclude (order_date) from ({query})"


def validations_query(settings: Settings) -> str:
    """SQL for the validation records as `raw.validations` holds them, without `source_id`."""
    path = _records_file(settings)
    columns = ", ".join(f"null::{kind} as {name}" for name, kind in VALIDATION_COLUMNS.items())
    empty = f"select {columns} where false"
    if not path.exists():
        return empty
    # By name: records of an earlier version lack the columns that came since.
    return (
        f"select {', '.join(VALIDATION_COLUMNS)} from ({empty} union all by name from read_parquet({sql.text(path)}))"
    )


def read_records(settings: Settings) -> pa.Table | None:
    """Everything in `validated.parquet`; None before the first validation."""
    import pyarrow.parquet as pq

    path = _records_file(settings)
    return pq.ParquetFile(path).read() if path.exists() else None


def write_records(settings: Settings, records: pa.Table) -> None:
    """Replace `validated.parquet`. Only when the day files are written: it is what makes them count."""
    _write(_records_file(settings), records)


def write_rows(
    settings: Settings, rows: pa.Table, days: Iterable[dt.date], landed: Iterable[dt.date], is_keyed: bool
) -> None:
    """Replace the quarantine of what was validated; nothing kept back, no file.

    Args:
        settings: The shop's.
        rows: In `ROW_COLUMNS`, sorted by `order_date`.
        days: Days validated.
        landed: All landed days; the quarantine of others goes.
        is_keyed: The keyed tables were validated.
    """
    import pyarrow.compute as pc

    by_day = {}
    start = 0
    for entry in rows.column("order_date").value_counts().to_pylist():
        by_day[entry["values"]] = rows.slice(start, entry["counts"])
        start += entry["counts"]
    for day in {*days, *(quarantined_days(settings) - set(landed))}:
        _write_or_remove(day_file(settings, day), by_day.get(day))
    if is_keyed:
        _write_or_remove(keyed_file(settings), rows.filter(pc.is_null(rows.column("order_date"))))
    _write_or_remove(rejected_file(settings), None)


def write_rejected(settings: Settings, rows: pa.Table) -> None:
    """Keep rows of a rejected batch for whoever has to find out why; no stage takes them up."""
    _write_or_remove(rejected_file(settings), rows)


def _write_or_remove(path: Path, rows: pa.Table | None) -> None:
    if rows is not None and rows.num_rows:
        _write(path, rows)
    else:
        path.unlink(missing_ok=True)


def _write(path: Path, rows: pa.Table) -> None:
    import pyarrow.parquet as pq

    path.parent.mkdir(parents=True, exist_ok=True)
    # No reader takes up a name that begins with a dot.
    temporary = path.with_name(f".{path.name}.new")
    pq.write_table(rows, temporary, compression="zstd")
    temporary.replace(path)


def _records_file(settings: Settings) -> Path:
    return settings.quarantine_path / "validated.parquet"


def _all_rules(settings: Settings) -> list[dict[str, Any]]:
    import pyarrow.compute as pc

    records = read_records(settings)
    if records is None:
        return []
    rows: list[dict[str, Any]] = records.filter(pc.equal(records.column("rule"), ALL_RULES)).to_pylist()
    return rows


def _accepted_query(table_name: str, landed: str | None, repeated: str | None, files: list[Path]) -> str | None:
    if landed is None:
        return None
    table = contract.TABLES[table_name]
    left_out = []
    if repeated is not None:
        left_out.append(queries.repeats_query(table, repeated))
    if files:
        left_out.append(
            f"select order_date, row_number from read_parquet({sql.texts(files)}) "
            f"where table_name = {sql.text(table_name)}"
        )
    columns = ", ".join(["order_date", *table.landed_names, contract.EXTRACTED_AT])
    if not left_out:
        return f"select {columns} from ({landed})"
    return f"""
        select {columns}
        from ({landed}) as l
        anti join ({" union all ".join(left_out)}) as x
            on x.order_date is not distinct from l.order_date and x.row_number = l.row_number
    """
