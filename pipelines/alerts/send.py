"""Send alerts to every channel, each event once. An alert that does not get out is logged, and fails nothing.

`alerts.jsonl` in the home holds one line for each alert that got out, by channel: what is in it is not sent again.
What did not get out is tried again by whoever notices the same event next.
"""

from __future__ import annotations

import datetime as dt
import fcntl
import json
import logging
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from pipelines.alerts import mail, webhook
from pipelines.alerts.channel import NotSent, headline, without_secrets

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import TextIO

    from pipelines.alerts.alert import Alert
    from pipelines.settings import Settings

log = logging.getLogger("klantwaarde")

SENT_FILE = "alerts.jsonl"


def send(settings: Settings, alerts: Iterable[Alert]) -> bool:
    """Tell whoever is to be told; never raises.

    Returns:
        Whether everything that had to get out did.
    """
    chosen = [alert for alert in alerts if set(alert.events) & set(settings.alerts.events)]
    if not chosen or not settings.alerts.is_on:
        return True
    try:
        with _sent(settings) as sent:
            got_out = [_send_once(settings, sent, name, alert) for alert in chosen for name in _channels(settings)]
            return all(got_out)
    except Exception as error:
        # Whatever it is, the night is worth more than the alert.
        log.warning("alerts: not sent: %s: %s", type(error).__name__, without_secrets(settings, str(error)))
        return False


def _channels(settings: Settings) -> dict[str, Callable[[Alert, dt.datetime], str]]:
    channels: dict[str, Callable[[Alert, dt.datetime], str]] = {}
    if settings.alerts.mail_to:
        channels["mail"] = lambda alert, now: mail.send(settings, alert, now)
    if settings.alerts.webhook_url_env:
        channels["webhook"] = lambda alert, _: webhook.send(settings, alert)
    return channels


def _send_once(settings: Settings, sent: TextIO | None, channel: str, alert: Alert) -> bool:
    if sent is not None and (channel, alert.key) in _keys(sent):
        return True
    now = dt.datetime.now(dt.UTC)
    try:
        told = _channels(settings)[channel](alert, now)
    except NotSent as error:
        log.warning("alerts: not sent: %s. It was: %s", error, headline(settings, alert))
        return False
    log.info("alerts: %s: %s", told, headline(settings, alert))
    if sent is not None:
        record = {"at": now.isoformat(timespec="seconds"), "channel": channel, "key": alert.key}
        with suppress(OSError):
            sent.write(json.dumps({**record, "subject": alert.subject}) + "\n")
            sent.flush()
    return True


def _keys(sent: TextIO) -> set[tuple[str, str]]:
    """Channel and key of what got out; a line that a full disk cut off counts as nothing."""
    sent.seek(0)
    keys = set()
    for line in sent:
        with suppress(ValueError):
            record = json.loads(line)
            keys.add((record["channel"], record["key"]))
    return keys


@contextmanager
def _sent(settings: Settings) -> Iterator[TextIO | None]:
    """What got out so far, held by one process at a time; None if the home cannot be written, as on a full disk."""
    try:
        file = (settings.home / SENT_FILE).open("a+", encoding="utf-8")
    except OSError:
        yield None
        return
    with file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield file
