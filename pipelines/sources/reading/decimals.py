"""Decimals in text, in SQL: which sign is the decimal mark, and columns that leave it open.

Without a setting a point is the decimal mark and nothing groups thousands. A column in which every point could as well
group thousands is not read: 3.540 as 3.54 would be wrong by a factor of 1,000, and nothing later would notice.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from pipelines import sql

DecimalMark = Literal[".", ","]

_GROUPED = r"[+-]?[1-9]\d{0,2}(\.\d{3})+"
# Thousands that are grouped leave no number of four digits without a point.
_SHORT = r"[+-]?\d{1,3}"


def plain(text: str, mark: DecimalMark | None) -> str:
    """SQL for the text with a point as its decimal mark and nothing else; NULL where it is not written that way."""
    if mark is None:
        # DuckDB alone would read 1_000.
        return f"case when not contains({text}, '_') then {text} end"
    point, group = (r"\.", ",") if mark == "." else (",", r"\.")
    grouped_by = "," if mark == "." else "."
    written = sql.text(rf"[+-]?(\d{{1,3}}({group}\d{{3}})+|\d*)({point}\d*)?")
    return (
        f"case when regexp_full_match({text}, {written}) "
        f"then replace(replace({text}, {sql.text(grouped_by)}, ''), {sql.text(mark)}, '.') end"
    )


@dataclass(frozen=True)
class Evidence:
    """SQL aggregates over a column of text.

    Attributes:
        is_open: Whether the column leaves open what a point means.
        example: A value with a point, to show.
    """

    is_open: str
    example: str


def evidence(text: str, allows_fixed_decimals: bool) -> Evidence:
    """What a column says about its decimal mark.

    Args:
        text: SQL for the trimmed text of a cell.
        allows_fixed_decimals: Whether three decimals in every value are no reason for doubt: scales and databases write
            quantities as 1.000, and few shops sell nothing but thousands.
    """
    grouped, short = (f"regexp_full_match({text}, {sql.text(pattern)})" for pattern in (_GROUPED, _SHORT))
    is_open = f"coalesce(bool_or({grouped}) and bool_and({text} = '' or {grouped} or {short}), false)"
    if allows_fixed_decimals:
        is_open = f"({is_open} and bool_or({short}))"
    return Evidence(is_open, f"min({text}) filter ({grouped})")


def readings(value: str) -> tuple[str, str]:
    """A value such as 3.540 in both readings: with a decimal point, and with grouped thousands."""
    whole, _, decimals = value.rpartition(".")
    short = decimals.rstrip("0")
    return f"{whole.replace('.', '')}{'.' if short else ''}{short}", value.replace(".", "")
