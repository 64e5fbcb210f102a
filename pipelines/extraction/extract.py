"""The extract stage: which days are read from the shop, and why. The only stage that talks to a shop.

`extract_days` reads chosen days again as the shop has them now; `extract_changes` is the night: days never read,
what changed since the newest change known, days that hold quarantined orders or were rejected, and days whose orders
differ from the shop's own count: of the last days each night, of all days once a week. There is no cursor to lose:
everything is derived from the landing, the quarantine and the warehouse.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from pipelines import contract
from pipelines.business_days import ONE_DAY, days_between, midnight
from pipelines.extraction.census import miscounted_days, orders_by_day
from pipelines.extraction.high_water import changes_since
from pipelines.extraction.reader import Reader
from pipelines.landing import quarantine, queries, store

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable

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
    new_days = all_days - store.landed_days(settings).keys()
    since = changes_since(settings)
    # Before the days: after a kill in between, these are still new, and the keyed tables are read whole again.
    reader.read_keyed(None if new_days or is_keyed_damaged or _are_keys_refused(settings) else since)
    reader.read_days(new_days)
    if new_days != all_days:
        reader.read_changed(since, midnight(settings.as_of_date, settings.zone) + ONE_DAY)
        _reread_refused_days(reader, all_days)
        _reread_miscounted_days(reader)
    _reread_moved_orders(reader)
    return reader.done


def _mend_landing(settings: Settings) -> bool:
    """Undo what a killed run left half done and remove what is damaged; True if a keyed table is gone with it."""
    store.recover(settings)
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


def _reread_miscounted_days(reader: Reader) -> None:
    """Read days again where the landing and the shop's own list of orders differ: deleted, or missed."""
    if reader.audit is None:
        log.info(
            "extract: the source offers no list and no count of its own; an order deleted or changed without a stamp "
            "is found only when its day is read again."
        )
        return
    days = _days_to_count(reader) - reader.done.read_days
    reader.read_days(miscounted_days(reader.settings, reader.audit, days))


def _days_to_count(reader: Reader) -> set[dt.date]:
    """The last days and those that changed; once a week all days, since shops delete and edit without a stamp."""
    settings = reader.settings
    start = settings.as_of_date - settings.extract.look_back_days * ONE_DAY
    if settings.as_of_date.isoweekday() == settings.extract.census_weekday:
        start = settings.shop.start_date
    days = set(days_between(start, settings.as_of_date)) | reader.done.touched_days
    return {day for day in days if settings.shop.start_date <= day}


def _reread_moved_orders(reader: Reader) -> None:
    """An order on two days has moved, unless the shop delivers its key twice: its other days are read again."""
    days = queries.days_that_share_orders(reader.settings)
    reader.read_days(days - reader.done.read_days)
