"""Markdown that the generated pages share."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; what a cell holds is put on one line."""
    lines = [header, ["---" for _ in header], *rows]
    return "\n".join(f"| {' | '.join(one_line(cell) for cell in line)} |" for line in lines) + "\n"


def one_line(text: str) -> str:
    """Text on one line, for a table or a paragraph."""
    return " ".join(text.split()).replace("|", "\\|")
