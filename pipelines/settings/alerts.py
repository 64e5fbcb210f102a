"""`[alerts]`: who hears of what, and how. Secrets are named here and read from the environment."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationInfo, field_validator

from pipelines.settings.sections import Section

Event = Literal["failed_night", "tripped_limit", "stale_marts", "low_disk"]

VARIABLE_NAME = r"^[A-Za-z_][A-Za-z0-9_]*$"


class Alerts(Section):
    """`[alerts]`: who hears of failed nights, tripped limits, stale marts and full disks. `make try-alerts` tries."""

    events: tuple[Event, ...] = ("failed_night", "tripped_limit", "stale_marts", "low_disk")
    """What to tell: `failed_night` (whatever stage), `tripped_limit` (a rejected batch, a residual that is not 0, more
    rows in quarantine than `validation.quarantine_limit_rate`, an unusual day), `stale_marts`, `low_disk` (too little
    free for the next night). Each event is sent once, and nothing without `mail_to` or `webhook_url_env`."""

    stale_after_days: int = Field(default=2, ge=1)
    """Age of the last published marts from which they are stale, in days. One failed night has its own alert."""

    smtp_host: str | None = None
    """Mail server, such as `mail.example.com`."""

    smtp_port: int | None = Field(default=None, ge=1, le=65_535)
    """Its port; by default 587 for `starttls`, 465 for `tls`, 25 for `none`."""

    smtp_security: Literal["starttls", "tls", "none"] = "starttls"
    """How the connection is encrypted: `starttls` and `tls` check the server's certificate; `none` is for a server on
    this machine, and allows no password."""

    smtp_user_env: str | None = Field(default=None, pattern=VARIABLE_NAME)
    """Name of the environment variable that holds the user at the mail server; without it there is no log-in."""

    smtp_password_env: str | None = Field(default=None, pattern=VARIABLE_NAME)
    """Name of the environment variable that holds the password."""

    mail_from: str | None = None
    """Address that mails come from."""

    mail_to: tuple[str, ...] = ()
    """Addresses that get a mail; needs `smtp_host` and `mail_from`."""

    webhook_url_env: str | None = Field(default=None, pattern=VARIABLE_NAME)
    """Name of the environment variable that holds the URL to post to, as chat services and pagers give it."""

    webhook_format: Literal["slack", "discord", "json"] = "slack"
    """What is posted: `slack` is `{"text": …}`, which Mattermost, Rocket.Chat and Google Chat take too; `discord` is
    `{"content": …}`; `json` has `shop`, `event`, `subject` and `text`."""

    @field_validator("smtp_user_env", "smtp_password_env")
    @classmethod
    def _encrypted(cls, value: str | None, info: ValidationInfo) -> str | None:
        if value is not None and info.data.get("smtp_security") == "none":
            raise ValueError("would send the password in clear text; set smtp_security to starttls or tls")
        return value

    @field_validator("mail_to")
    @classmethod
    def _can_be_sent(cls, value: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        missing = [name for name in ("smtp_host", "mail_from") if name in info.data and not info.data[name]]
        if value and missing:
            raise ValueError(f"needs {' and '.join(missing)} beside it")
        return value

    @property
    def is_on(self) -> bool:
        """Whether anybody is told anything."""
        return bool(self.events and (self.mail_to or self.webhook_url_env))


class AlertSecrets(BaseModel):
    """What the variables that `[alerts]` names hold; None for a variable that is not set."""

    model_config = ConfigDict(frozen=True)

    smtp_user: SecretStr | None = None
    smtp_password: SecretStr | None = None
    webhook_url: SecretStr | None = None
