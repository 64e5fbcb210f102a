"""The extract stage: which days are read from the shop, and why. The only stage that talks to a shop.

`extract_days` reads chosen days again as the shop has them now; `extract_changes` is the night. A shop that cannot say
what changed is compared whole every night, day by day, by content. Of one that can, a night reads the days it does not
know yet, what changed since the newest change known, days that hold quarantined orders or were rejected, and days that
differ from the shop's own count; once a week it compares the whole shop, on a weekday or the first night after it.
There is no cursor to lose: everything is derived from the landing, the quarantine and the warehouse.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from pipelines import contract
from pipelines.business_days import ONE_DAY, days_between, midnight
from pipelines.extraction.before_start import before_start
from pipelines.extraction.blind_spot import unseen_changes
from pipelines.extraction.census import miscounted_days, orders_by_day, suspicious_days
from pipelines.extraction.high_water import high_water
from pipelines.extraction.reader import Reader
from pipelines.extraction.vanished import vanished_tables
from pipelines.landing import deliveries, quarantine, queries, store

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable

    from pipelines.extraction.high_water import HighWater
    from pipelines.extraction.reader import Extraction
    from pipelines.settings import Settings
    from pipelines.sources.source import Source

log = logging.getLogger("klantwaarde")


def extract_days(settings: Settings, source: Source, days: Iterable[dt.date], extracted_at: dt.datetime) -> Extraction:
    """Read these days again, as the shop has them now; days outside the shop's history are left out."""
    _mend_landing(settings)
    reader = Reader(settings, source, extracted_at)
    reader.read_keyed()
    reader.read_days({day for day in days if settings.shop.start_date <= day < settings.as_of_date})
    _reread_moved_orders(reader)
    reader.done.notes += [*before_start(settings, source), *vanished_tables(settings)]
    return reader.done


def extract_changes(settings: Settings, source: Source, extracted_at: dt.datetime) -> Extraction:
    """Read what is new, what changed, and what was not good yet.

    Args:
        settings: The shop's.
        source: The shop.
        extracted_at: Stamp of this extraction, UTC.
    """
    is_keyed_damaged = _mend_landing(settings)
    reader = Reader(settings, source, extracted_at)
    all_days = set(days_between(settings.shop.start_date, settings.as_of_date))
    known = high_water(settings)
    is_first_reading = _is_first_reading(reader)
    is_whole = reader.changes is None or known.changed_at is None or _is_census_due(settings, is_first_reading)
    if is_whole:
        reader.read_keyed()
        reader.compare_days(all_days)
    else:
        _read_changes(reader, all_days, known, is_keyed_damaged)
    _reread_moved_orders(reader)
    if is_whole or is_first_reading:
        # Last: a night killed before leaves the comparison due.
        deliveries.note_whole_comparison(settings)
    reader.done.notes += [*before_start(settings, source), *vanished_tables(settings), *unseen_changes(reader)]
    return reader.done


def _is_census_due(settings: Settings, is_first_reading: bool) -> bool:
    """Whether the census's weekday has come since the last whole comparison: a machine that was off puts it off."""
    last, weekday = deliveries.whole_comparison(settings), settings.extract.census_weekday
    if settings.reads_whole or not weekday or is_first_reading:
        return settings.reads_whole
    # Of a night whose clock was ahead: it has seen nothing of the days since.
    if last is None or last > settings.as_of_date:
        return True
    nights = days_between(last + ONE_DAY, settings.as_of_date + ONE_DAY)
    return any(night.isoweekday() == weekday for night in nights)


def _is_first_reading(reader: Reader) -> bool:
    """Whether a long first reading is under way: what it has landed in hours is not read twice before it ends."""
    settings = reader.settings
    is_compared = settings.warehouse_path.exists() or deliveries.whole_comparison(settings) is not None
    return reader.slow_audit is not None and not is_compared


def _read_changes(reader: Reader, all_days: set[dt.date], known: HighWater, is_keyed_damaged: bool) -> None:
    """What the shop says has changed, and what tells that it has changed without being said."""
    settings = reader.settings
    landed = store.landed_days(settings)
    # A day after the newest order known was empty when it was read; its orders may have come since.
    new_days = {day for day in all_days if day not in landed or known.order_date is None or day > known.order_date}
    # Before the days: after a kill in between, these are still new, and the keyed tables are read whole again.
    reader.read_keyed(None if new_days or is_keyed_damaged or _are_keys_refused(settings) else known.changed_at)
    reader.read_days(new_days)
    assert known.changed_at is not None
    reader.read_changed(known.changed_at, midnight(settings.as_of_date, settings.zone) + ONE_DAY)
    _reread_refused_days(reader, all_days)
    _reread_miscounted_days(reader, all_days, known)


def _mend_landing(settings: Settings) -> bool:
    """Undo what a killed run left half done and remove what is damaged; True if a keyed table is gone with it."""
    store.recover(settings)
    # Of a night whose clock was ahead: these days are not over, and will have to be read when they are.
    store.discard_days(settings, settings.as_of_date)
    damaged = store.discard_damaged(settings)
    if damaged:
        log.warning(
            "extract: %d folders and files of %s are not as they were written, %s the first of them. They are damaged "
            "and are read again from the shop.",
            *(len(damaged), settings.landing_path, damaged[0]),
        )
    return any(path.suffix for path in damaged)


def _are_keys_refused(settings: Settings) -> bool:
    """Whether rows of the keyed tables were refused: the shop may have corrected them, without a stamp."""
    return quarantine.has_quarantined_keys(settings) or quarantine.rejected_file(settings).exists()


def _reread_refused_days(reader: Reader, all_days: set[dt.date]) -> None:
    """Read refused days again, and the days their orders have gone to: a date may be put right without a stamp."""
    settings = reader.settings
    days = (_refused_days(settings) & all_days) - reader.done.read_days
    before = _landed_order_ids(settings, days)
    reader.read_days(days)
    gone = before - _landed_order_ids(settings, days)
    if gone and reader.audit is not None:
        listed = orders_by_day(reader.audit, settings.shop.start_date, settings.as_of_date)
        reader.read_days({day for day, ids in listed.items() if ids & gone} - reader.done.read_days)


def _refused_days(settings: Settings) -> set[dt.date]:
    """Days that hold quarantined orders, and all days of a rejected batch: the shop may have corrected them."""
    days = quarantine.quarantined_days(settings)
    if quarantine.rejected_file(settings).exists():
        validated = quarantine.validated_digests(settings)
        days |= {day for day, digest in store.landed_days(settings).items() if validated.get(day) != digest}
    return days


def _landed_order_ids(settings: Settings, days: set[dt.date]) -> set[str]:
    """The orders that rows of these days belong to; a part may lie there without its order."""
    return {
        order_id
        for day in days
        for table in contract.ORDER_TABLES
        for order_id in store.read_day(settings, table.name, day).column("order_id").to_pylist()
    }


def _reread_miscounted_days(reader: Reader, all_days: set[dt.date], known: HighWater) -> None:
    """Read days again where the landing and the shop's own count differ: something was deleted, edited or missed.

    The count is of the whole history, unless that takes too long. The list of orders is compared for the last days
    known, and those that changed.
    """
    settings = reader.settings
    if reader.audit is None:
        return
    start = (known.order_date or settings.as_of_date) - settings.extract.look_back_days * ONE_DAY
    listed = {day for day in all_days if day >= start} | (reader.done.touched_days & all_days)
    # A day that was read whole first and then changed counts as changed.
    read = reader.done.read_days - reader.done.touched_days
    if reader.slow_audit is not None:
        reader.read_days(suspicious_days(settings, reader.slow_audit, listed - read) - read)
    else:
        reader.read_days(miscounted_days(settings, reader.audit, listed) - reader.done.read_days)


def _reread_moved_orders(reader: Reader) -> None:
    """An order on two days has moved, unless the shop delivers its key twice: its other days are read again."""
    days = queries.days_that_share_orders(reader.settings)
    reader.read_days(days - reader.done.read_days - reader.done.compared_days)
