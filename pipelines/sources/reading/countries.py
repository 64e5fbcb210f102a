"""Countries written by their name or their three-letter code, as the two-letter codes of the contract."""

from __future__ import annotations

from functools import cache

_LANGUAGES = ("en", "nl", "de")


def code_of(written: str) -> str | None:
    """The ISO 3166 two-letter code; None if the word is no country's, or more than one country's."""
    word = written.strip().casefold()
    codes = _codes().get(word, set())
    return next(iter(codes)) if len(codes) == 1 else None


@cache
def _codes() -> dict[str, set[str]]:
    """Codes by names in English, Dutch and German, three-letter codes, and two-letter codes in any case."""
    from babel import Locale
    from babel.core import get_global

    names = [item for language in _LANGUAGES for item in Locale(language).territories.items()]
    known = {code for code, _ in names if len(code) == len("NL") and code.isalpha()}
    codes: dict[str, set[str]] = {code.casefold(): {code} for code in known}
    for code, name in names:
        if code in known:
            codes.setdefault(name.casefold(), set()).add(code)
    for alias, targets in get_global("territory_aliases").items():
        if alias.isalpha() and alias not in known:
            codes.setdefault(alias.casefold(), set()).update(targets)
    return codes
