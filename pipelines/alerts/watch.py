"""What nobody would hear of from a night, since no night runs or none gets to its end.

The UI's daemon looks every hour, and so does whoever runs `make status` from cron.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipelines import disk
from pipelines.alerts.alert import Alert
from pipelines.home import OWNER_FILE
from pipelines.publishing.publish import MANIFEST_FILE

if TYPE_CHECKING:
    from pathlib import Path

    from pipelines.settings import Settings


@dataclass(frozen=True)
class Published:
    """The marts that people read now.

    Attributes:
        release: Name of the release; empty if nothing was ever published.
        since: When they were published, UTC; if never, when the home was first used.
    """

    release: str
    since: dt.datetime


def last_published(settings: Settings) -> Published | None:
    """What is published now; None if the home was never used."""
    manifest = settings.published_path / MANIFEST_FILE
    if manifest.exists():
        return Published(settings.published_path.resolve().name, _written_at(manifest))
    owner = settings.home / OWNER_FILE
    return Published("", _written_at(owner)) if owner.exists() else None


def due_alerts(settings: Settings, now: dt.datetime) -> list[Alert]:
    """The alerts that the state of the home gives rise to.

    Args:
        settings: The shop's.
        now: UTC, with its zone.
    """
    last = last_published(settings)
    if last is None:
        return []
    alerts = []
    if now - last.since >= dt.timedelta(days=settings.alerts.stale_after_days):
        alerts.append(_stale(settings, last))
    shortage = disk.shortage(settings)
    if shortage:
        alerts.append(
            Alert(("low_disk",), f"low_disk {last.release}", "too little disk space for the next night", shortage)
        )
    return alerts


def _stale(settings: Settings, last: Published) -> Alert:
    since = last.since.astimezone(settings.zone)
    what = "The marts were last published on" if last.release else "Nothing was ever published; the home is of"
    return Alert(
        ("stale_marts",),
        f"stale_marts {last.release}",
        f"no new marts since {since:%Y-%m-%d %H:%M}",
        f"{what} {since:%Y-%m-%d %H:%M} ({settings.shop.timezone}), at least {settings.alerts.stale_after_days} days "
        "ago. Reports show old figures. Look whether nights run at all, and why they fail: docs/runbook.md, 'Stale "
        "marts'.",
    )


def _written_at(file: Path) -> dt.datetime:
    return dt.datetime.fromtimestamp(file.stat().st_mtime, dt.UTC)
