"""What mails and webhooks share: the words around an alert, how long to wait, and secrets kept out of messages."""

from __future__ import annotations

import base64
import socket
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipelines.alerts.alert import Alert
    from pipelines.settings import Settings

# A night waits for it: long enough for a slow mail server.
TIMEOUT_SECONDS = 15


class NotSent(Exception):
    """An alert did not get out; its text has no secrets."""


def headline(settings: Settings, alert: Alert) -> str:
    """The shop and what happened, in one line."""
    return f"klantwaarde, shop {settings.shop.id}: {' '.join(alert.subject.split())}"


def footer(settings: Settings) -> str:
    """Where it happened."""
    return f"Machine {socket.gethostname()}, home {settings.home}, settings {settings.config_path}"


def without_secrets(settings: Settings, text: str) -> str:
    """A text of somebody else's, such as a server's answer, without our secrets, also as mail servers encode them."""
    held = settings.alert_secrets
    secrets = [value.get_secret_value() for value in (held.smtp_user, held.smtp_password, held.webhook_url) if value]
    user, password = (value.get_secret_value() if value else "" for value in (held.smtp_user, held.smtp_password))
    encoded = [base64.b64encode(word.encode()).decode() for word in (*secrets, f"\0{user}\0{password}")]
    for secret in sorted({*secrets, *encoded}, key=len, reverse=True):
        text = text.replace(secret, "(secret)")
    return text
