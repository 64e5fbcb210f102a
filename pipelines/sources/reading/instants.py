"""Instants that say no offset, in SQL: the shop's local time, unless its settings say that they are UTC.

Twice a year local time is no instant of its own. In autumn the clock shows an hour twice: the first is meant. In spring
it leaves out an hour: a time in it is moved on by as much as the clock was. Both are counted, for a warning.
"""

from __future__ import annotations

from pipelines import sql

# A day before and a day after: no zone changes its clock twice within two days.
_BEFORE, _AFTER = "- interval 1 day", "+ interval 1 day"


def as_utc(naive: str, zone: str | None) -> str:
    """SQL for the UTC instant of a naive timestamp; `zone` is the IANA zone it is in, None for UTC."""
    if zone is None:
        return naive
    early, late = (f"({naive} - {_offset(naive, probe, zone)})" for probe in (_BEFORE, _AFTER))
    return f"if({_is_shown_at(late, naive, zone)} and not {_is_shown_at(early, naive, zone)}, {late}, {early})"


def is_repeated(naive: str, zone: str) -> str:
    """SQL for whether the clock shows this time twice."""
    early, late = (f"({naive} - {_offset(naive, probe, zone)})" for probe in (_BEFORE, _AFTER))
    return f"({early} <> {late} and {_is_shown_at(early, naive, zone)} and {_is_shown_at(late, naive, zone)})"


def is_missing(naive: str, zone: str) -> str:
    """SQL for whether the clock never shows this time."""
    return f"(not {_is_shown_at(as_utc(naive, zone), naive, zone)})"


def _offset(naive: str, probe: str, zone: str) -> str:
    """How far local time is ahead of UTC, near a time at which the clock does not change."""
    near = f"({naive} {probe})"
    return f"({near} - ({near} at time zone {sql.text(zone)} at time zone 'UTC'))"


def _is_shown_at(instant: str, naive: str, zone: str) -> str:
    return f"({instant} at time zone 'UTC' at time zone {sql.text(zone)} = {naive})"
