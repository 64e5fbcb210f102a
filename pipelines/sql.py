"""The one place that quotes: Python values as DuckDB literals, names as identifiers.

Bind values as parameters where DuckDB takes parameters. It takes none for names, for the files of ATTACH, COPY and
COMMENT, or within a query that is put together first and run elsewhere; those come from here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable
    from pathlib import Path


def identifier(name: str) -> str:
    """The name of a column, table or schema, safe even if it is an SQL keyword or has spaces in it."""
    return '"' + name.replace('"', '""') + '"'


def text(value: str | Path) -> str:
    """A text literal."""
    return "'" + str(value).replace("'", "''") + "'"


def texts(values: Iterable[str | Path]) -> str:
    """A literal list of texts."""
    return f"[{', '.join(text(value) for value in values)}]"


def date(value: dt.date) -> str:
    """A DATE literal."""
    return f"date {text(value.isoformat())}"


def instant(value: dt.datetime) -> str:
    """A TIMESTAMP literal.

    Raises:
        ValueError: `value` has a time zone; instants are UTC without one.
    """
    if value.tzinfo is not None:
        raise ValueError(f"{value}: convert to UTC and drop the time zone")
    return f"timestamp {text(value.isoformat(sep=' '))}"
