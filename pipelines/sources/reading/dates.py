"""Dates in text that are not in ISO form, in SQL: 05-03-2024, in which the day or the month may come first.

A column says itself which it is, if one of its dates has a 13 or more in it. One that does not is not read.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from pipelines import sql

_TIMES = ("%H:%M:%S", "%H:%M", "%I:%M:%S %p", "%I:%M %p")
_NUMBERS = r"(\d{1,2})([-/.])(\d{1,2})[-/.]\d{4}"
_WRITTEN = rf"{_NUMBERS}( .*)?"
_MAX_MONTH = 12


@dataclass(frozen=True)
class Evidence:
    """How the dates of a column are written; see `evidence`, of which it is the result."""

    example: str | None
    max_first: int
    max_second: int
    has_iso: bool

    def added(self, other: Evidence) -> Evidence:
        """What the same column says in this file and another one."""
        return Evidence(
            self.example or other.example,
            max(self.max_first, other.max_first),
            max(self.max_second, other.max_second),
            self.has_iso or other.has_iso,
        )

    def date_format(self) -> str | None:
        """How a date is written, as far as the values leave no doubt; None if they do, or if none needs it."""
        if self.example is None or self._leaves_doubt():
            return None
        day_first, month_first = formats(self.example)
        return day_first if self.max_first > _MAX_MONTH else month_first

    def is_open(self) -> bool:
        """Whether the values leave open if the day or the month comes first. Among ISO dates such a one is an error."""
        return self.example is not None and not self.has_iso and self._leaves_doubt()

    def _leaves_doubt(self) -> bool:
        return (self.max_first > _MAX_MONTH) == (self.max_second > _MAX_MONTH)

    def is_contradictory(self) -> bool:
        """Whether the day comes first in some dates and the month in others."""
        return self.max_first > _MAX_MONTH and self.max_second > _MAX_MONTH


def evidence(text: str) -> str:
    """SQL aggregates, in the order of `Evidence`, over the trimmed text of a column."""
    is_written = f"regexp_full_match({text}, {sql.text(_WRITTEN)})"

    def part(number: int) -> str:
        taken = f"try_cast(regexp_extract({text}, {sql.text(_NUMBERS)}, {number}) as integer)"
        return f"coalesce(max({taken}) filter ({is_written}), 0)"

    has_iso = f"coalesce(bool_or(regexp_matches({text}, '^\\d{{4}}-\\d{{2}}-\\d{{2}}')), false)"
    return f"min({text}) filter ({is_written}), {part(1)}, {part(3)}, {has_iso}"


def formats(example: str) -> tuple[str, str]:
    """The two formats of a date like this one: the day first, and the month first."""
    found = re.match(_NUMBERS, example)
    separator = found[2] if found else "-"
    return separator.join(("%d", "%m", "%Y")), separator.join(("%m", "%d", "%Y"))


def readings(example: str) -> tuple[str, str]:
    """A date such as 05-03-2024 in words: with the day first, and with the month first."""
    day = example.split(" ")[0]
    dates = (dt.datetime.strptime(day, written) for written in formats(day))  # noqa: DTZ007
    first, second = (f"{date.day} {date:%B %Y}" for date in dates)
    return first, second


def moment(text: str, date_format: str) -> str:
    """SQL for a date with a time of day, as a naive timestamp; NULL where it is something else."""
    if has_time(date_format):
        return _parsed(text, [date_format])
    return _parsed(text, [f"{date_format} {time}" for time in _TIMES])


def day(text: str, date_format: str) -> str:
    """SQL for a date without a time of day; NULL where it is something else."""
    return "null::timestamp" if has_time(date_format) else _parsed(text, [date_format])


def is_day(written: str, date_format: str) -> bool:
    """Whether a text is a date of this format, without a time of day."""
    try:
        dt.datetime.strptime(written.strip(), date_format)  # noqa: DTZ007
    except ValueError:
        return False
    return not has_time(date_format)


def has_time(date_format: str) -> bool:
    """Whether the format has a time of day in it."""
    return "%H" in date_format or "%I" in date_format


def _parsed(text: str, given: list[str]) -> str:
    parsed = f"try_strptime({text}, {sql.texts(given)})"
    # %Y also reads two digits, as a year of the first century.
    return f"if(year({parsed}) > 999, {parsed}, null)"
