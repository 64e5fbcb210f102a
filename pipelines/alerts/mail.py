"""An alert as a mail."""

from __future__ import annotations

import smtplib
import ssl
from email import policy
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from typing import TYPE_CHECKING

from pipelines.alerts.channel import TIMEOUT_SECONDS, NotSent, footer, headline, without_secrets

if TYPE_CHECKING:
    import datetime as dt

    from pipelines.alerts.alert import Alert
    from pipelines.settings import Settings

PORTS = {"starttls": 587, "tls": 465, "none": 25}


def send(settings: Settings, alert: Alert, now: dt.datetime) -> str:
    """Send it to everybody in `alerts.mail_to`; says to whom.

    Raises:
        NotSent: Why not, without secrets.
    """
    chosen, secrets = settings.alerts, settings.alert_secrets
    for variable, value in (
        (chosen.smtp_user_env, secrets.smtp_user),
        (chosen.smtp_password_env, secrets.smtp_password),
    ):
        if variable and value is None:
            raise NotSent(f"environment variable {variable}, which [alerts] names, is not set")
    host, port = chosen.smtp_host or "", chosen.smtp_port or PORTS[chosen.smtp_security]
    try:
        with _connected(settings, host, port) as server:
            refused = server.send_message(_message(settings, alert, now))
    # A ValueError is a header or a name that no mail can have.
    except (OSError, smtplib.SMTPException, ValueError) as error:
        words = without_secrets(settings, str(error)) or type(error).__name__
        raise NotSent(f"mail server {host}, port {port}: {words}") from None
    if refused:
        raise NotSent(f"mail server {host} refused {', '.join(refused)}")
    return f"mail to {', '.join(chosen.mail_to)}"


def _message(settings: Settings, alert: Alert, now: dt.datetime) -> EmailMessage:
    # A subject folded at 78 characters begins with a blank in some readers.
    message = EmailMessage(policy.SMTP.clone(max_line_length=200))
    sender = settings.alerts.mail_from or ""
    message["Subject"] = headline(settings, alert)
    message["From"] = sender
    message["To"] = ", ".join(settings.alerts.mail_to)
    message["Date"] = format_datetime(now)
    message["Message-ID"] = make_msgid(domain=sender.rpartition("@")[2].strip("<> ") or None)
    # So that no holiday notice answers it.
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(f"{alert.text}\n\n{footer(settings)}\n", cte="quoted-printable")
    return message


def _connected(settings: Settings, host: str, port: int) -> smtplib.SMTP:
    context = ssl.create_default_context()
    secrets = settings.alert_secrets
    if settings.alerts.smtp_security == "tls":
        server: smtplib.SMTP = smtplib.SMTP_SSL(host, port, timeout=TIMEOUT_SECONDS, context=context)
    else:
        server = smtplib.SMTP(host, port, timeout=TIMEOUT_SECONDS)
    try:
        if settings.alerts.smtp_security == "starttls":
            server.starttls(context=context)
        if secrets.smtp_user is not None and secrets.smtp_password is not None:
            server.login(secrets.smtp_user.get_secret_value(), secrets.smtp_password.get_secret_value())
    except BaseException:
        server.close()
        raise
    return server
