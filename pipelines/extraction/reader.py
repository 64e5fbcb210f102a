"""What a source delivers, into the landing: keyed tables, whole days, and changes within days."""

from __future__ import annotations

import datetime as dt
import logging
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pipelines import contract
from pipelines.business_days import ONE_DAY, days_between, stretches
from pipelines.extraction.census import own_count
from pipelines.extraction.day_rows import days_of, in_landed_form, with_changes
from pipelines.extraction.own_people import mark_own_orders
from pipelines.extraction.pseudonyms import open_hasher
from pipelines.landing import deliveries, queries, store
from pipelines.sources.source import Audit, Changes, Fingerprints, SlowAudit

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pyarrow as pa

    from pipelines.extraction.notes import Note
    from pipelines.settings import Settings
    from pipelines.sources.source import Batch, Source

log = logging.getLogger("klantwaarde")


@dataclass
class Extraction:
    """What one extraction did.

    Attributes:
        read_days: Order days read whole.
        compared_days: Order days compared whole with the shop, by content; of these, only some had to be read.
        touched_days: Landed days with an order that the shop calls changed; their content may be the same.
        changed_days: Landed days whose content is now another.
        changed_tables: Keyed tables whose content is now another.
        notes: What people should know of it.
        order_count: Orders that came from the shop.
        line_count: Order lines that came from the shop.
    """

    read_days: set[dt.date] = field(default_factory=set)
    compared_days: set[dt.date] = field(default_factory=set)
    touched_days: set[dt.date] = field(default_factory=set)
    changed_days: set[dt.date] = field(default_factory=set)
    changed_tables: set[str] = field(default_factory=set)
    notes: list[Note] = field(default_factory=list)
    order_count: int = 0
    line_count: int = 0

    def __str__(self) -> str:
        compared = f"{len(self.compared_days):,} days compared with the shop; " if self.compared_days else ""
        return (
            f"{compared}{self.order_count:,} orders, {self.line_count:,} lines read from {len(self.read_days):,} days; "
            f"{len(self.changed_days):,} days are new or changed"
        )


class Reader:
    """One extraction under way.

    Attributes:
        settings: The shop's.
        audit: The source, if it offers a list and a count of its own; else None.
        slow_audit: The same, if it takes too long for the whole history.
        changes: The source, if it can say what changed; else None, and only the whole shop tells.
        done: What has been done so far.
    """

    def __init__(self, settings: Settings, source: Source, extracted_at: dt.datetime) -> None:
        self.settings = settings
        self.audit = source if isinstance(source, Audit) else None
        self.slow_audit = source if isinstance(source, SlowAudit) else None
        self.changes = source if isinstance(source, Changes) else None
        self.done = Extraction()
        self._source = source
        self._fingerprints = source if isinstance(source, Fingerprints) else None
        self._extracted_at = extracted_at
        self._hasher = open_hasher(settings)

    def read_keyed(self, since: dt.datetime | None = None) -> None:
        """Bring the keyed tables up to date: whole, or by the rows that may have changed since an instant."""
        if since is None:
            self._replace_keyed()
            return
        has_rows_without_key = False
        for name, rows in self._keyed_rows(since):
            has_rows_without_key |= any(rows.column(key).null_count for key in contract.TABLES[name].key)
            if store.upsert_keyed(self.settings, name, rows, self._extracted_at):
                self.done.changed_tables.add(name)
        if has_rows_without_key:
            # No key says which old row such a row replaces; whole tables replace them all.
            self._replace_keyed()

    def _replace_keyed(self) -> None:
        """Put the whole keyed tables in the place of the landed ones: a row that is not delivered any more goes."""
        import pyarrow as pa

        pieces: dict[str, list[pa.Table]] = {}
        for name, rows in self._keyed_rows(None):
            pieces.setdefault(name, []).append(rows)
        for table in contract.KEYED_TABLES:
            delivered = pieces.pop(table.name, None)
            rows = pa.concat_tables(delivered) if delivered else None
            if store.replace_keyed(self.settings, table.name, rows, self._extracted_at):
                self.done.changed_tables.add(table.name)

    def _keyed_rows(self, since: dt.datetime | None) -> Iterator[tuple[str, pa.Table]]:
        for batch in self._source.read_keyed(since):
            for name, delivered in batch.tables.items():
                yield name, in_landed_form(contract.TABLES[name], delivered, self._hasher)

    def compare_days(self, days: set[dt.date]) -> None:
        """Bring whole days in line with the shop, by content; those that are surely the same are not even read."""
        self.done.compared_days |= days
        if self._fingerprints is None:
            self.read_days(days)
            return
        now: dict[dt.date, str] = {}
        for start, end in stretches(days):
            now |= self._fingerprints.fingerprints(start, end)
        known = deliveries.fingerprints(self.settings)
        self.read_days({day for day in days if known.get(day) != now[day]})
        # Last: a run killed before compares all these days by what they hold.
        deliveries.note(self.settings, now)

    def read_days(self, days: set[dt.date]) -> None:
        """Replace whole days, one reading for each unbroken stretch."""
        done, total = 0, len(days)
        for start, end in stretches(days):
            missing = set(days_between(start, end))
            for batch in self._source.read_placed(start, end):
                tables = self._take(batch)
                last = max(days_of(tables), default=None)
                if last is None:
                    continue
                batch_days = {day for day in missing if day <= last}
                missing -= batch_days
                # Counted as soon as they are read: a shop goes on changing, and hours may lie between two batches.
                self._write(batch_days, {**tables, "source_counts": self._count(min(batch_days), last + ONE_DAY)})
                done += len(batch_days)
                steps = {"done": done, "total": total, "unit": "days"}
                log.info("extract: read orders up to %s", last, extra=steps)
            done += len(missing)
            if missing:
                self._write(missing, {"source_counts": self._count(min(missing), end)})
            self.done.read_days |= set(days_between(start, end))

    def read_changed(self, since: dt.datetime, until: dt.datetime) -> None:
        """Put changed orders and credit notes into the days they lie on; the rest of a day stays."""
        landed = store.landed_days(self.settings).keys()
        assert self.changes is not None
        for batch in self.changes.read_changed(since, until):
            tables = self._take(batch)
            days = days_of(tables)
            if "orders" in tables:
                changed_ids = tables["orders"].column("order_id").combine_chunks()
                days |= queries.days_of_orders(self.settings, changed_ids)
            days &= landed
            self.done.touched_days |= days
            for day in sorted(days):
                counts = self._count(day, day + ONE_DAY)
                self._write({day}, {**with_changes(self.settings, day, tables), "source_counts": counts})

    def _take(self, batch: Batch) -> dict[str, pa.Table]:
        """A batch of day tables in landed form."""
        tables = {}
        for name, delivered in batch.tables.items():
            table = contract.TABLES[name]
            rows = mark_own_orders(delivered, self.settings.definitions) if table is contract.ORDERS else delivered
            tables[name] = in_landed_form(table, rows, self._hasher)
        self.done.order_count += tables["orders"].num_rows if "orders" in tables else 0
        self.done.line_count += tables["order_lines"].num_rows if "order_lines" in tables else 0
        return tables

    def _count(self, start: dt.date, end: dt.date) -> pa.Table:
        """The shop's own count in landed form; without a row if it offers none."""
        table = contract.SOURCE_COUNTS
        if self.audit is None:
            return table.delivered_schema().empty_table()
        return in_landed_form(table, own_count(self.audit, start, end), self._hasher)

    def _write(self, days: set[dt.date], tables: dict[str, pa.Table]) -> None:
        self.done.changed_days |= store.write_days(self.settings, days, tables, self._extracted_at)
