"""What lies before the shop's first day: not read, but counted, and said every night."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.extraction.notes import Note
from pipelines.sources.source import Beginning

if TYPE_CHECKING:
    from pipelines.settings import Settings
    from pipelines.sources.source import LeftOut, Source


def before_start(settings: Settings, source: Source) -> list[Note]:
    """A note for each kind of row that is left out, with what its rows are worth in each currency."""
    if not isinstance(source, Beginning):
        return []
    kinds: dict[str, list[LeftOut]] = {}
    for left_out in source.left_out():
        kinds.setdefault(left_out.kind, []).append(left_out)
    return [
        Note(f"Before shop.start_date ({settings.shop.start_date}), and so not read: {_counted(kind, parts)}.")
        for kind, parts in kinds.items()
    ]


def _counted(kind: str, parts: list[LeftOut]) -> str:
    row_count = sum(part.row_count for part in parts)
    worth = " and ".join(f"{part.amount:,.2f} {part.currency}" for part in parts)
    return f"{row_count:,} {kind}{'' if row_count == 1 else 's'} of {worth}"
