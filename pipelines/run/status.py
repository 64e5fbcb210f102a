"""Say whether the marts are fresh and the disk has room, and alert whoever is to be told: `klantwaarde status --alert`.

For cron or a systemd timer, so that somebody hears when no night runs at all. Exits with 1 if something is wrong and
with 2 when the settings are. With `--try`, `klantwaarde status --try-alerts`, it sends a trial to every channel.
"""

from __future__ import annotations

import datetime as dt
import logging
import sys
from pathlib import Path

from pipelines.alerts.alert import Alert
from pipelines.alerts.send import send
from pipelines.alerts.watch import due_alerts, last_published
from pipelines.errors import SettingsError
from pipelines.settings import Settings, load_settings


def main(config: Path | None = None, is_trial: bool = False) -> int:
    """Look once, or send a trial; the shop's file is that of `load_settings`."""
    try:
        settings = load_settings(config)
    except SettingsError as error:
        print(error, file=sys.stderr)
        return 2
    logging.basicConfig(format="%(message)s", stream=sys.stdout)
    logging.getLogger("klantwaarde").setLevel(logging.INFO)
    now = dt.datetime.now(dt.UTC)
    if is_trial:
        return _try_alerts(settings, now)
    due = due_alerts(settings, now)
    print(_state(settings, now))
    for alert in due:
        print(f"{alert.subject}: {alert.text}")
    send(settings, due)
    return 1 if due else 0


def _state(settings: Settings, now: dt.datetime) -> str:
    last = last_published(settings)
    if last is None:
        return f"Shop {settings.shop.id}: no night has run yet."
    if not last.release:
        return f"Shop {settings.shop.id}: nothing was ever published."
    hours = (now - last.since).total_seconds() / 3600
    since = last.since.astimezone(settings.zone)
    return f"Shop {settings.shop.id}: marts published {since:%Y-%m-%d %H:%M}, {hours:,.0f} hours ago."


def _try_alerts(settings: Settings, now: dt.datetime) -> int:
    if not settings.alerts.is_on:
        print("Nobody is told anything: [alerts] names neither mail_to nor webhook_url_env. See docs/settings.md.")
        return 1
    text = "This is a trial. If you can read it, alerts reach you."
    trial = Alert(settings.alerts.events, f"trial {now.isoformat()}", "a trial of the alerts", text)
    return 0 if send(settings, [trial]) else 1


if __name__ == "__main__":
    sys.exit(main(is_trial=sys.argv[1:] == ["--try"]))
