"""Tables that the shop delivered before and does not deliver any more: taken for empty, but not in silence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines import contract, database
from pipelines.extraction.notes import Note
from pipelines.landing import store

if TYPE_CHECKING:
    from pipelines.settings import Settings


def vanished_tables(settings: Settings) -> list[Note]:
    """A note for each table that the warehouse holds rows of, and the landing none."""
    days = store.landed_days(settings)
    missing = [
        table.name
        for table in (*contract.DELIVERED_DAY_TABLES, *contract.KEYED_TABLES)
        if not (
            store.day_files(settings, table.name, days) if table.is_by_day else store.keyed_file(settings, table.name)
        )
    ]
    return [
        Note(
            f"{name} was delivered before and is not any more: its "
            f"{'1 row is' if row_count == 1 else f'{row_count:,} rows are'} gone. If it was left out by mistake, "
            "deliver it again and run again."
        )
        for name, row_count in _loaded_rows(settings, missing).items()
        if row_count
    ]


def _loaded_rows(settings: Settings, names: list[str]) -> dict[str, int]:
    """The number of rows that the warehouse holds of these tables."""
    if not names or not settings.warehouse_path.exists():
        return {}
    with database.connect(settings) as db:
        found = db.execute("select table_name from duckdb_tables() where schema_name = 'raw'").fetchall()
        present = {name for (name,) in found} & set(names)
        return {name: len(db.table(f"raw.{name}")) for name in names if name in present}
