"""The order in which people count: A9 before A10, however the digits are written."""

from __future__ import annotations

from functools import total_ordering
from itertools import groupby, zip_longest


@total_ordering
class Natural:
    """A text that sorts as people count; None, which is no text, comes last.

    Two texts are compared character by character, but a run of digits by the number it is. Beside another character, a
    number stands where its digits would. Texts that are equal so far, such as 7 and 07, go by their characters.
    """

    def __init__(self, text: str | None) -> None:
        self.text = text

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Natural) and self.text == other.text

    def __lt__(self, other: Natural) -> bool:
        if self.text is None or other.text is None:
            return self.text is not None and other.text is None
        for ours, theirs in zip_longest(_pieces(self.text), _pieces(other.text)):
            if ours != theirs:
                return _is_before(ours, theirs)
        return self.text < other.text

    def __hash__(self) -> int:
        return hash(self.text)


def _pieces(text: str) -> list[int | str]:
    """Numbers, and the characters between them."""
    found: list[int | str] = []
    for is_number, run in groupby(text, key=lambda character: character in "0123456789"):
        characters = "".join(run)
        found += [int(characters)] if is_number else characters
    return found


def _is_before(ours: int | str | None, theirs: int | str | None) -> bool:
    """Of two different pieces; None is the end of a text."""
    if ours is None or theirs is None:
        return ours is None
    if isinstance(ours, int) and isinstance(theirs, int):
        return ours < theirs
    return ("0" if isinstance(ours, int) else ours) < ("0" if isinstance(theirs, int) else theirs)
