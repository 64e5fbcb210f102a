"""The extract stage: from the shop to the landing. The only stage that talks to a shop.

`extract_days` reads chosen days again as the shop has them now; `extract_changes` is the night: days never read,
what changed since the newest change known, days that hold quarantined orders or were rejected, and days whose orders
differ from the shop's own count: of the last days each night, of all days once a week. There is no cursor to lose:
everything is derived from the landing, the quarantine and the warehouse.
"""

from __future__ import annotations

import datetime as dt
import logging
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

from pipelines import contract, database
from pipelines.business_days import ONE_DAY, days_between, midnight, stretches
from pipelines.extraction.census import ids_by_day, landed_total, source_total
from pipelines.extraction.own_people import mark_own_orders
from pipelines.extraction.pseudonyms import EmailHasher, open_hasher
from pipelines.landing import quarantine, store

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pyarrow as pa

    from pipelines.settings import Settings
    from pipelines.sources.source import Batch, Source

log = logging.getLogger("klantwaarde")


@dataclass
class Extraction:
    """What one extraction did.

    Attributes:
        read_days: Order days read whole.
        changed_days: Landed days whose content is now another.
        changed_tables: Keyed tables whose content is now another.
        order_count: Orders that came from the shop.
        line_count: Order lines that came from the shop.
    """

    read_days: set[dt.date] = field(default_factory=set)
    changed_days: set[dt.date] = field(default_factory=set)
    changed_tables: set[str] = field(default_factory=set)
    order_count: int = 0
    line_count: int = 0

    def __str__(self) -> str:
        return (
            f"{self.order_count:,} orders, {self.line_count:,} lines read from {len(self.read_days):,} days; "
            f"{len(self.changed_days):,} days are new or changed"
        )


def extract_days(settings: Settings, source: Source, days: Iterable[dt.date], extracted_at: dt.datetime) -> Extraction:
    """Read these days again, as the shop has them now; days outside the shop's history are left out."""
    store.recover(settings)
    reader = _Reader(settings, source, extracted_at)
    reader.read_days({day for day in days if settings.shop.start_date <= day < settings.as_of_date})
    reader.reread_moved_orders()
    return reader.done


def extract_changes(settings: Settings, source: Source, extracted_at: dt.datetime) -> Extraction:
    """Read what is new, what changed, and what was not good yet.

    Args:
        settings: The shop's.
        source: The shop.
        extracted_at: Stamp of this extraction, UTC.
    """
    store.recover(settings)
    reader = _Reader(settings, source, extracted_at)
    all_days = set(days_between(settings.shop.start_date, settings.as_of_date))
    reader.read_days(all_days - store.landed_days(settings).keys())
    if reader.done.read_days == all_days:
        reader.reread_moved_orders()
        return reader.done
    end = midnight(settings.as_of_date, settings.zone)
    # A stamp from a wrong clock, in the future, must not end the reading of changes.
    since = min(database.newest_change_at(settings) or end, end) - settings.extract.look_back_days * ONE_DAY
    reader.read_changed(since, end + ONE_DAY)
    reader.reread_refused_days((_refused_days(settings) & all_days) - reader.done.read_days)
    reader.reread_miscounted_days()
    reader.reread_moved_orders()
    reader.reread_refused_keys()
    return reader.done


class _Reader:
    """One extraction under way: brings batches to the landing and remembers what it did."""

    def __init__(self, settings: Settings, source: Source, extracted_at: dt.datetime) -> None:
        self._settings = settings
        self._source = source
        self._extracted_at = extracted_at
        self._hasher = open_hasher(settings)
        self._touched_days: set[dt.date] = set()
        self._has_unkeyed_rows = False
        self.done = Extraction()

    def read_days(self, days: set[dt.date]) -> None:
        """Replace whole days, one reading for each unbroken stretch."""
        for start, end in stretches(days):
            counts = _landed(contract.SOURCE_COUNTS, self._source.count(start, end), self._hasher)
            missing = set(days_between(start, end))
            for batch in self._source.read_placed(start, end):
                tables = self._take(batch, is_whole=True)
                last = max((day for rows in tables.values() if (day := _last_day(rows))), default=None)
                if last is None:
                    continue
                batch_days = {day for day in missing if day <= last}
                missing -= batch_days
                self._write(batch_days, {**tables, "source_counts": _on_days(counts, batch_days)})
                log.info("extract: read orders up to %s", last)
            self._write(missing, {"source_counts": _on_days(counts, missing)})
            self.done.read_days |= set(days_between(start, end))

    def read_changed(self, since: dt.datetime, until: dt.datetime) -> None:
        """Put changed orders and credit notes into the days they lie on; the rest of a day stays."""
        landed = store.landed_days(self._settings).keys()
        for batch in self._source.read_changed(since, until):
            tables = self._take(batch)
            changed_ids = tables["orders"].column("order_id").combine_chunks() if "orders" in tables else None
            days = {day for rows in tables.values() for day in rows.column("order_date").unique().to_pylist()}
            if changed_ids is not None:
                days |= store.days_of_orders(self._settings, changed_ids)
            days &= landed
            self._touched_days |= days
            for day in sorted(days):
                self._write({day}, self._merged(day, tables))

    def reread_miscounted_days(self) -> None:
        """Read days again where the landing and the shop's own list of orders differ: deleted, or missed."""
        wrong: set[dt.date] = set()
        for start, end in stretches(self._days_to_count() - self.done.read_days):
            listed = ids_by_day(self._source.list_ids(start, end))
            counts = _landed(contract.SOURCE_COUNTS, self._source.count(start, end), self._hasher)
            for day in days_between(start, end):
                rows = {name: store.read_day(self._settings, name, day) for name in contract.COUNTED_AMOUNTS}
                have_ids = set(rows["orders"].column("order_id").to_pylist())
                if have_ids != listed.get(day, set()) or landed_total(rows) != source_total(_on_days(counts, {day})):
                    wrong.add(day)
        self.read_days(wrong)

    def _days_to_count(self) -> set[dt.date]:
        """The last days and those that changed; once a week all days, since shops delete and edit without a stamp."""
        settings = self._settings
        start = settings.as_of_date - settings.extract.look_back_days * ONE_DAY
        if settings.as_of_date.isoweekday() == settings.extract.census_weekday:
            start = settings.shop.start_date
        window = set(days_between(start, settings.as_of_date)) | self._touched_days
        return {day for day in window if settings.shop.start_date <= day}

    def reread_refused_days(self, days: set[dt.date]) -> None:
        """Read days again, and the days their orders have gone to: a date may be put right without a stamp."""
        settings = self._settings
        before = self._landed_order_ids(days)
        self.read_days(days)
        gone = before - self._landed_order_ids(days)
        if gone:
            listed = ids_by_day(self._source.list_ids(settings.shop.start_date, settings.as_of_date))
            self.read_days({day for day, ids in listed.items() if ids & gone} - self.done.read_days)

    def reread_moved_orders(self) -> None:
        """An order on two days has moved, unless the shop delivers its key twice: its other days are read again."""
        days = {day for days in store.orders_on_several_days(self._settings).values() for day in days}
        self.read_days(days - self.done.read_days)

    def reread_refused_keys(self) -> None:
        """Read the keyed tables whole while they hold rows that were refused: the shop may have corrected them."""
        settings = self._settings
        is_refused = quarantine.has_quarantined_keys(settings) or quarantine.rejected_file(settings).exists()
        if is_refused or self._has_unkeyed_rows:
            start = settings.shop.start_date
            for batch in self._source.read_placed(start, start):
                self._take(batch, is_whole=True)

    def _landed_order_ids(self, days: set[dt.date]) -> set[str]:
        """The orders that rows of these days belong to; a part may lie there without its order."""
        return {
            order_id
            for day in days
            for table in contract.ORDER_TABLES
            for order_id in store.read_day(self._settings, table.name, day).column("order_id").to_pylist()
        }

    def _take(self, batch: Batch, is_whole: bool = False) -> dict[str, pa.Table]:
        """Land the keyed tables at once; return the day tables in landed form."""
        day_tables = {}
        for name, rows in batch.tables.items():
            table = contract.TABLES[name]
            if table is contract.ORDERS:
                rows = mark_own_orders(rows, self._settings.definitions)
            landed = _landed(table, rows, self._hasher)
            if table.is_by_day:
                day_tables[name] = landed
                continue
            self._has_unkeyed_rows |= any(landed.column(key).null_count for key in table.key)
            if store.upsert_keyed(self._settings, name, landed, self._extracted_at, is_whole):
                self.done.changed_tables.add(name)
        self.done.order_count += day_tables["orders"].num_rows if "orders" in day_tables else 0
        self.done.line_count += day_tables["order_lines"].num_rows if "order_lines" in day_tables else 0
        return day_tables

    def _merged(self, day: dt.date, changed: dict[str, pa.Table]) -> dict[str, pa.Table]:
        """The day's tables with the changed orders and credit notes in the place of their old rows."""
        import pyarrow as pa
        import pyarrow.compute as pc

        order_ids = changed["orders"].column("order_id") if "orders" in changed else pa.chunked_array([[]], pa.string())
        refund_ids = (
            changed["refunds"].column("refund_id") if "refunds" in changed else pa.chunked_array([[]], pa.string())
        )
        tables = {}
        for name in (table.name for table in contract.ORDER_TABLES):
            old = store.read_day(self._settings, name, day)
            is_old = pc.is_in(old.column("order_id"), value_set=order_ids)
            if name == "refunds":
                is_old = pc.or_(is_old, pc.is_in(old.column("refund_id"), value_set=refund_ids))
            new = [_on_days(changed[name], {day})] if name in changed else []
            tables[name] = pa.concat_tables([old.filter(pc.invert(is_old)), *new])
        counts = _landed(contract.SOURCE_COUNTS, self._source.count(day, day + ONE_DAY), self._hasher)
        return {**tables, "source_counts": counts}

    def _write(self, days: set[dt.date], tables: dict[str, pa.Table]) -> None:
        self.done.changed_days |= store.write_days(self._settings, days, tables, self._extracted_at)


def _refused_days(settings: Settings) -> set[dt.date]:
    """Days that hold quarantined orders, and all days of a rejected batch: the shop may have corrected them."""
    days = quarantine.quarantined_days(settings)
    if quarantine.rejected_file(settings).exists():
        validated = quarantine.validated_digests(settings)
        days |= {day for day, digest in store.landed_days(settings).items() if validated.get(day) != digest}
    return days


def _landed(table: contract.Table, rows: pa.Table, hasher: EmailHasher) -> pa.Table:
    """Rows as they are landed: addresses hashed, absent values given the contract's default."""
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


def _on_days(rows: pa.Table, days: set[dt.date]) -> pa.Table:
    import pyarrow as pa
    import pyarrow.compute as pc

    return rows.filter(pc.is_in(rows.column("order_date"), value_set=pa.array(sorted(days), pa.date32())))


def _last_day(rows: pa.Table) -> dt.date | None:
    import pyarrow.compute as pc

    last: dt.date | None = pc.max(rows.column("order_date")).as_py()
    return last
