"""What a night cannot notice of a shop that it asked for changes only."""

from __future__ import annotations

import calendar
from typing import TYPE_CHECKING

from pipelines.business_days import days_between
from pipelines.extraction.notes import Note

if TYPE_CHECKING:
    from pipelines.extraction.reader import Reader


def unseen_changes(reader: Reader) -> list[Note]:
    """One note, on how many days a change may have gone unnoticed and until when; none if all days were compared."""
    settings, done = reader.settings, reader.done
    unseen = set(days_between(settings.shop.start_date, settings.as_of_date)) - done.read_days - done.compared_days
    if not unseen:
        return []
    counted = ""
    if reader.slow_audit is not None:
        counted = ", and neither the number of orders nor a refund,"
    elif reader.audit is not None:
        counted = ", and neither the number of the day's lines, refunds and edits nor their value,"
    weekday = settings.extract.census_weekday
    name = calendar.day_name[weekday - 1]
    when = f"only on {name} night, or the first one after it" if weekday else "never, since extract.census_weekday is 0"
    text = (
        f"{len(unseen):,} days were not compared with the shop. A change there that moves no stamp{counted} "
        f"is noticed {when}{'' if reader.audit else '; so is a deletion'}."
    )
    return [Note(text, is_for_whole_reading=True)]
