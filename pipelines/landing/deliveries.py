"""What is known of earlier comparisons with the source.

    landing/fingerprints.json   by day: the landed digest, and the source's fingerprint of the rows it was made from, so
                                that equal days are not read
    landing/compared_whole.json the as-of day of the last night that compared the whole shop

Nothing is lost with these files: a day whose fingerprint is not known, or whose landed content is another since, is
read, and a shop whose last comparison is not known is compared.
"""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING

from pipelines.home import write_text
from pipelines.landing import store

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from pipelines.settings import Settings


def fingerprints(settings: Settings) -> dict[dt.date, str]:
    """The source's fingerprint of each landed day that is known to hold just these rows."""
    try:
        noted = json.loads(_path(settings).read_text(encoding="utf-8"))
        known = {dt.date.fromisoformat(day): (digest, fingerprint) for day, (digest, fingerprint) in noted.items()}
    except (FileNotFoundError, ValueError, TypeError, AttributeError):
        return {}
    landed = store.landed_days(settings)
    return {day: fingerprint for day, (digest, fingerprint) in known.items() if landed.get(day) == digest}


def note(settings: Settings, compared: Mapping[dt.date, str]) -> None:
    """Remember the fingerprints of days that hold what the source has, beside those still known of other days."""
    landed = store.landed_days(settings)
    known = {**fingerprints(settings), **compared}
    noted = {day.isoformat(): (landed[day], known[day]) for day in sorted(known) if day in landed}
    write_text(_path(settings), json.dumps(noted))


def whole_comparison(settings: Settings) -> dt.date | None:
    """The as-of day of the last night that compared the whole shop, to its end; None if that is not known."""
    try:
        return dt.date.fromisoformat(json.loads(_whole_path(settings).read_text(encoding="utf-8"))["as_of_date"])
    except (FileNotFoundError, ValueError, TypeError, KeyError):
        return None


def note_whole_comparison(settings: Settings) -> None:
    """Remember that this night has compared the whole shop."""
    write_text(_whole_path(settings), json.dumps({"as_of_date": settings.as_of_date.isoformat()}))


def _whole_path(settings: Settings) -> Path:
    return settings.landing_path / "compared_whole.json"


def _path(settings: Settings) -> Path:
    return settings.landing_path / "fingerprints.json"
