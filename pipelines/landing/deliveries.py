"""What the source called a day's rows when they were last compared: its fingerprint, so that equal days are not read.

    landing/fingerprints.json   by day: the landed digest, and the source's fingerprint of the rows it was made from

Nothing depends on this file: a day whose fingerprint is not known, or whose landed content is another since, is read.
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


def _path(settings: Settings) -> Path:
    return settings.landing_path / "fingerprints.json"
