"""One thing to tell, whoever is told and however."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipelines.settings.alerts import Event


@dataclass(frozen=True)
class Alert:
    """One thing to tell.

    Attributes:
        events: What it is, in the words of `alerts.events`; a rejected batch is a tripped limit and a failed night.
        key: What happened: of two alerts with the same key, the second is not sent.
        subject: One line, without the shop's name.
        text: What a person needs to know, in plain text.
    """

    events: tuple[Event, ...]
    key: str
    subject: str
    text: str
