"""What a source delivers, into the landing: keyed tables, whole days, and changes within days."""

from __future__ import annotations

import datetime as dt
import logging
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pipelines import contract
from pipelines.business_days import ONE_DAY, days_between, stretches
from pipelines.extraction.census import own_count
from pipelines.extraction.day_rows import days_of, in_landed_form, on_days, with_changes
from pipelines.extraction.own_people import mark_own_orders
from pipelines.extraction.pseudonyms import open_hasher
from pipelines.landing import queries, store
from pipelines.sources.source import Audit

if TYPE_CHECKING:
    import pyarrow as pa

    from pipelines.settings import Settings
    from pipelines.sources.source import Batch, Source

log = logging.getLogger("klantwaarde")


@dataclass
class Extraction:
    """What one extraction did.

    Attributes:
        read_days: Order days read whole.
        touched_days: Landed days with an order that the shop calls changed; their content may be the same.
        changed_days: Landed days whose content is now another.
        changed_tables: Keyed tables whose content is now another.
        order_count: Orders that came from the shop.
        line_count: Order lines that came from the shop.
    """

    read_days: set[dt.date] = field(default_factory=set)
    touched_days: set[dt.date] = field(default_factory=set)
    changed_days: set[dt.date] = field(default_factory=set)
    changed_tables: set[str] = field(default_factory=set)
    order_count: int = 0
    line_count: int = 0

    def __str__(self) -> str:
        return (
            f"{self.order_count:,} orders, {self.line_count:,} lines read from {len(self.read_days):,} days; "
            f"{len(self.changed_days):,} days are new or changed"
        )


class Reader:
    """One extraction under way.

    Attributes:
        settings: The shop's.
        audit: The source, if it offers a list and a count of its own; else None.
        done: What has been done so far.
    """

    def __init__(self, settings: Settings, source: Source, extracted_at: dt.datetime) -> None:
        self.settings = settings
        self.audit = source if isinstance(source, Audit) else None
        self.done = Extraction()
        self._source = source
        self._extracted_at = extracted_at
        self._hasher = open_hasher(settings)

    def read_keyed(self, since: dt.datetime | None = None) -> None:
        """Bring the keyed tables up to date: all rows, or those that may have changed since an instant."""
        has_rows_without_key = False
        for batch in self._source.read_keyed(since):
            for name, delivered in batch.tables.items():
                table = contract.TABLES[name]
                rows = in_landed_form(table, delivered, self._hasher)
                has_rows_without_key |= any(rows.column(key).null_count for key in table.key)
                if store.upsert_keyed(self.settings, name, rows, self._extracted_at, is_whole=since is None):
                    self.done.changed_tables.add(name)
        if has_rows_without_key and since is not None:
            # No key says which old row such a row replaces; whole tables replace them all.
            self.read_keyed()

    def read_days(self, days: set[dt.date]) -> None:
        """Replace whole days, one reading for each unbroken stretch."""
        for start, end in stretches(days):
            counts = self._count(start, end)
            missing = set(days_between(start, end))
            for batch in self._source.read_placed(start, end):
                tables = self._take(batch)
                last = max(days_of(tables), default=None)
                if last is None:
                    continue
                batch_days = {day for day in missing if day <= last}
                missing -= batch_days
                self._write(batch_days, {**tables, "source_counts": on_days(counts, batch_days)})
                log.info("extract: read orders up to %s", last)
            self._write(missing, {"source_counts": on_days(counts, missing)})
            self.done.read_days |= set(days_between(start, end))

    def read_changed(self, since: dt.datetime, until: dt.datetime) -> None:
        """Put changed orders and credit notes into the days they lie on; the rest of a day stays."""
        landed = store.landed_days(self.settings).keys()
        for batch in self._source.read_changed(since, until):
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
