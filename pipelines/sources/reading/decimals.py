"""Decimals in text, in SQL: which sign is the decimal mark, and columns that leave it open.

A column says itself which sign it is: in 12,50 a comma cannot group thousands. One in which every sign could as well
group thousands is not read: 3.540 as 3.54 would be wrong by a factor of 1,000, and nothing later would notice.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from pipelines import sql

if TYPE_CHECKING:
    from collections.abc import Sequence

DecimalMark = Literal[".", ","]
ThousandsMark = Literal[".", ",", " ", "'"]

_OTHER: dict[DecimalMark, DecimalMark] = {".": ",", ",": "."}

# Blanks as programs put them beside a currency sign, those that keep a line together among them.
_BLANKS = r"[\s\x{00A0}\x{202F}]*"


@dataclass(frozen=True)
class Form:
    """How the numbers of a column are written.

    Attributes:
        mark: The sign before the decimals; None: a point, and nothing groups thousands.
        thousands: The sign that groups thousands; None: the other one of the two marks.
        signs: Signs of a currency that may stand before or after a number.
    """

    mark: DecimalMark | None = None
    thousands: ThousandsMark | None = None
    signs: tuple[str, ...] = ()


def plain(text: str, form: Form) -> str:
    """SQL for the text with a point as its decimal mark and nothing else; NULL where it is not written that way."""
    text = unsigned(text, form.signs)
    if form.mark is None:
        # DuckDB alone would read 1_000.
        return f"case when not contains({text}, '_') then {text} end"
    group = form.thousands or _OTHER[form.mark]
    groups = re.escape(group) if group != " " else r"[ \x{00A0}\x{202F}]"
    written = sql.text(rf"[+-]?(\d{{1,3}}({groups}\d{{3}})+|\d*)({re.escape(form.mark)}\d*)?")
    ungrouped = f"regexp_replace({text}, {sql.text(groups)}, '', 'g')"
    return f"case when regexp_full_match({text}, {written}) then replace({ungrouped}, {sql.text(form.mark)}, '.') end"


def unsigned(text: str, signs: Sequence[str]) -> str:
    """SQL for the text without a sign of a currency before or after it; a minus before the sign stays."""
    if not signs:
        return text
    any_sign = "|".join(re.escape(sign) for sign in signs)
    before = sql.text(rf"^([+-]?){_BLANKS}(?:{any_sign}){_BLANKS}")
    after = sql.text(rf"{_BLANKS}(?:{any_sign})$")
    return f"regexp_replace(regexp_replace({text}, {before}, '\\1'), {after}, '')"


def has_sign(text: str, signs: Sequence[str]) -> str:
    """SQL for whether one of the signs is in the text."""
    return f"({' or '.join(f'contains({text}, {sql.text(sign)})' for sign in signs) or 'false'})"


# What one number says of its column. Grouped thousands begin with no 0.
_WITH_POINT = r"[+-]?([1-9]\d{0,2}(,\d{3})+|\d*)(\.\d*)?"
_WITH_COMMA = r"[+-]?([1-9]\d{0,2}(\.\d{3})+|\d*)(,\d*)?"
_GROUPED = r"[+-]?[1-9]\d{0,2}(\.\d{3})+"
_GROUPED_BY_COMMA = r"[+-]?[1-9]\d{0,2}(,\d{3})+"
# Thousands that are grouped leave no number of four digits without a sign.
_LONG = r"[+-]?\d{4,}"
_SHORT = r"[+-]?\d{1,3}"


@dataclass(frozen=True)
class Evidence:
    """What the values of a column say about its decimal mark; see `evidence`, of which it is the result."""

    only_point: int
    only_comma: int
    grouped_by_point: str | None
    grouped_by_comma: str | None
    has_long: bool
    has_short: bool
    has_comma: bool

    def added(self, other: Evidence) -> Evidence:
        """What the same column says in this file and another one."""
        return Evidence(
            self.only_point + other.only_point,
            self.only_comma + other.only_comma,
            self.grouped_by_point or other.grouped_by_point,
            self.grouped_by_comma or other.grouped_by_comma,
            self.has_long or other.has_long,
            self.has_short or other.has_short,
            self.has_comma or other.has_comma,
        )

    def mark(self, *, never_groups: bool) -> DecimalMark | None:
        """The decimal mark that most of the values allow alone; None for points that group nothing.

        Args:
            never_groups: Numbers such as rates, in which a comma alone is a decimal mark.
        """
        if self.only_comma > self.only_point or (never_groups and self.has_comma and not self.only_point):
            return ","
        return "." if self.has_comma and self.only_point else None

    def open_value(self, *, allows_fixed_decimals: bool) -> str | None:
        """A value with two readings, if the column leaves open which is right.

        Args:
            allows_fixed_decimals: Whether three decimals after a point in every value are no reason for doubt: scales
                and databases write quantities as 1.000, and few shops sell nothing but thousands.
        """
        if self.only_point or self.only_comma:
            return None
        if self.grouped_by_comma:
            return self.grouped_by_comma
        if self.has_long or (allows_fixed_decimals and not self.has_short):
            return None
        return self.grouped_by_point


def evidence(text: str) -> str:
    """SQL aggregates, in the order of `Evidence`, over the trimmed text of a column."""

    def matches(pattern: str) -> str:
        return f"regexp_full_match({text}, {sql.text(pattern)})"

    is_number = f"regexp_matches({text}, '\\d')"
    return ", ".join(
        (
            f"count(*) filter ({is_number} and {matches(_WITH_POINT)} and not {matches(_WITH_COMMA)})",
            f"count(*) filter ({is_number} and {matches(_WITH_COMMA)} and not {matches(_WITH_POINT)})",
            f"min({text}) filter ({matches(_GROUPED)})",
            f"min({text}) filter ({matches(_GROUPED_BY_COMMA)})",
            f"coalesce(bool_or({matches(_LONG)}), false)",
            f"coalesce(bool_or({matches(_SHORT)}), false)",
            f"coalesce(bool_or(contains({text}, ',')), false)",
        )
    )


def readings(value: str) -> tuple[str, str]:
    """A value such as 3.540 or 3,540 in both readings: with decimals, and with grouped thousands."""
    whole, mark, decimals = value.replace(",", ".").rpartition(".")
    short = decimals.rstrip("0")
    digits = whole.replace(".", "")
    return f"{digits}{mark if short else ''}{short}", f"{digits}{decimals}"
