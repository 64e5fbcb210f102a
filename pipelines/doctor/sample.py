"""The newest days of a shop in landed form, as many as can be read in seconds; of a small shop, all days.

They are read backwards in stretches that become longer, until there are orders enough.
"""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pipelines import contract
from pipelines.business_days import ONE_DAY
from pipelines.extraction.census import own_count
from pipelines.extraction.day_rows import in_landed_form
from pipelines.extraction.own_people import mark_own_orders
from pipelines.extraction.pseudonyms import EmailHasher
from pipelines.sources.source import Audit

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Iterator

    import pyarrow as pa

    from pipelines.settings import Settings
    from pipelines.sources.source import Batch, Source

# Enough to meet every status, and less than a second's work for the rules.
ENOUGH_ORDERS = 2_000
# After these no further stretch is begun: a web API delivers some hundred orders a second. The first day does not
# count, since files are prepared with it whatever their size.
READING_SECONDS = 2.0
STRETCHES_DAYS = (1, 6, 21, 63, 189, 567, 1_701, 100_000)


@dataclass
class Sample:
    """The shop's newest days.

    Attributes:
        start: The first day.
        end: The day after the last.
        tables: Rows of each contract table in landed form; empty where the shop has none.
        is_whole: Whether these are all days of the shop.
        is_keyed_whole: Whether the tables without days were read to their end.
        is_counted: Whether the shop counts its own orders.
    """

    start: dt.date
    end: dt.date
    tables: dict[str, pa.Table] = field(default_factory=dict)
    is_whole: bool = False
    is_keyed_whole: bool = True
    is_counted: bool = False

    @property
    def order_count(self) -> int:
        """Orders read."""
        return self.tables["orders"].num_rows


def take(settings: Settings, source: Source) -> Sample:
    """Read the newest days and the tables without days.

    Raises:
        SourceError: The source cannot be read.
    """
    # Thrown away with the sample: the shop's own key stays where it is, and none is made.
    hasher = EmailHasher(secrets.token_bytes(32), settings.identity)
    first = settings.shop.start_date
    sample = Sample(settings.as_of_date, settings.as_of_date)
    batches: list[dict[str, pa.Table]] = []
    orders = 0
    began: float | None = None
    for days in STRETCHES_DAYS:
        start = max(first, sample.start - min(days, (sample.start - first).days) * ONE_DAY)
        read = [_landed(batch, settings, hasher) for batch in source.read_placed(start, sample.start)]
        batches = [*read, *batches]
        orders += sum(tables["orders"].num_rows for tables in read if "orders" in tables)
        sample.start = start
        sample.is_whole = start == first
        began = began or time.monotonic()
        is_slow = time.monotonic() - began > READING_SECONDS
        if sample.is_whole or orders >= ENOUGH_ORDERS or (orders and is_slow):
            break
    keyed, sample.is_keyed_whole = _within_seconds(source.read_keyed())
    batches += [_landed(batch, settings, hasher) for batch in keyed]
    sample.tables = {table.name: _joined(table, batches) for table in contract.TABLES.values()}
    if isinstance(source, Audit):
        sample.is_counted = True
        sample.tables["source_counts"] = own_count(source, sample.start, sample.end)
    return sample


def oldest_day(settings: Settings, source: Source, sample: Sample) -> dt.date | None:
    """The day of the oldest order that the source delivers; None without orders."""
    if sample.is_whole:
        return _first_dated_day(sample.tables["orders"])
    batches = source.read_placed(settings.shop.start_date, settings.as_of_date)
    return next(
        (day for batch in batches if "orders" in batch.tables and (day := _first_dated_day(batch.tables["orders"]))),
        None,
    )


def _first_dated_day(orders: pa.Table) -> dt.date | None:
    """Orders without a date lie on the shop's first day, which is not theirs."""
    import pyarrow.compute as pc

    return pc.min(orders.filter(pc.is_valid(orders.column("placed_at"))).column("order_date")).as_py()


def _within_seconds(batches: Iterable[Batch]) -> tuple[list[Batch], bool]:
    """The batches that come in time, and whether these are all."""
    began = time.monotonic()
    taken: list[Batch] = []
    for batch in batches:
        taken.append(batch)
        if time.monotonic() - began > READING_SECONDS:
            return taken, False
    return taken, True


def _landed(batch: Batch, settings: Settings, hasher: EmailHasher) -> dict[str, pa.Table]:
    return dict(_landed_tables(batch, settings, hasher))


def _landed_tables(batch: Batch, settings: Settings, hasher: EmailHasher) -> Iterator[tuple[str, pa.Table]]:
    for name, delivered in batch.tables.items():
        table = contract.TABLES[name]
        rows = mark_own_orders(delivered, settings.definitions) if table is contract.ORDERS else delivered
        yield name, in_landed_form(table, rows, hasher)


def _joined(table: contract.Table, batches: list[dict[str, pa.Table]]) -> pa.Table:
    import pyarrow as pa

    empty = table.landed_schema().empty_table().drop_columns([contract.EXTRACTED_AT])
    if table.is_by_day:
        empty = empty.add_column(0, "order_date", pa.array([], pa.date32()))
    return pa.concat_tables([empty, *(tables[table.name] for tables in batches if table.name in tables)])
