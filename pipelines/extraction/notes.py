"""What a night's reading has to tell people: written to the home by the extraction, shown by the summary."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from pipelines.home import write_text

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from pipelines.settings import Settings


@dataclass(frozen=True)
class Note:
    """One thing to know.

    Attributes:
        text: In whole sentences.
        is_for_whole_reading: Reading the whole shop (`KLANTWAARDE_READ_WHOLE`) would mend it.
    """

    text: str
    is_for_whole_reading: bool = False


def write_notes(settings: Settings, notes: Iterable[Note]) -> None:
    """Replace the notes of the last reading."""
    settings.landing_path.mkdir(parents=True, exist_ok=True)
    write_text(_path(settings), json.dumps([asdict(note) for note in notes], indent=2))


def read_notes(settings: Settings) -> list[Note]:
    """The notes of the last reading; none if it left none."""
    path = _path(settings)
    return [Note(**note) for note in json.loads(path.read_text(encoding="utf-8"))] if path.exists() else []


def _path(settings: Settings) -> Path:
    return settings.landing_path / "notes.json"
