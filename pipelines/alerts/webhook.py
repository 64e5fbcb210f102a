"""An alert posted to a URL, which is itself a secret: whoever has it may post."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pipelines.alerts.channel import TIMEOUT_SECONDS, NotSent, footer, headline

if TYPE_CHECKING:
    from pipelines.alerts.alert import Alert
    from pipelines.settings import Settings

# Discord refuses a longer text.
MAX_CHARACTERS = 1_900


def send(settings: Settings, alert: Alert) -> str:
    """Post it; says where to.

    Raises:
        NotSent: Why not. Neither the URL nor what `requests` says, which repeats the URL, stands in it.
    """
    import requests

    secret = settings.alert_secrets.webhook_url
    if secret is None:
        raise NotSent(
            f"environment variable {settings.alerts.webhook_url_env}, which alerts.webhook_url_env names, is not set"
        )
    url = secret.get_secret_value()
    host = _host(url)
    try:
        # A redirect would take the text to a place that nobody chose.
        answer = requests.post(url, json=body(settings, alert), timeout=TIMEOUT_SECONDS, allow_redirects=False)
    except (requests.RequestException, ValueError) as error:
        raise NotSent(f"webhook at {host}: {type(error).__name__}") from None
    if not 200 <= answer.status_code < 300:
        raise NotSent(f"webhook at {host}: it answered {answer.status_code}")
    return f"webhook at {host}"


def body(settings: Settings, alert: Alert) -> dict[str, str]:
    """What is posted."""
    if settings.alerts.webhook_format == "json":
        subject = headline(settings, alert)
        return {"shop": settings.shop.id, "event": alert.events[0], "subject": subject, "text": alert.text}
    text = f"{headline(settings, alert)}\n{alert.text}"
    end = f"\n{footer(settings)}"
    if len(text) + len(end) > MAX_CHARACTERS:
        text = f"{text[: MAX_CHARACTERS - len(end) - 2]} …"
    return {"content" if settings.alerts.webhook_format == "discord" else "text": text + end}


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or "an address without a host"
    except ValueError:
        return "an address that cannot be read"
