"""Where orders come from: one module per kind of shop, each a `Source`.

A source casts what the shop has to the contract's tables and types, and does nothing else: it never allocates,
guesses or nets. It is the only place that talks to a shop.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from pipelines.settings.sections import CdnowSource, DemoSource, OnlineRetailSource

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

    import pyarrow as pa

    from pipelines.settings import Settings


@dataclass(frozen=True)
class Batch:
    """Rows of contract tables, in the contract's types.

    Attributes:
        tables: Contract table name to rows. Tables that lie on order days carry `order_date` as their first column.
    """

    tables: dict[str, pa.Table]


class Source(Protocol):
    """One shop. All windows are half-open; days are business days in the shop's zone, instants are UTC.

    The parts of an order lie on its day, a credit note that names no order on its own day. A row whose
    day cannot be known (an order without a date or dated after today, a line that names no order) lies on the shop's
    first day, where validation finds and quarantines it.
    """

    warnings: list[str]
    """What a person should know about the source: columns left out, formats guessed."""

    def close(self) -> None:
        """Give up whatever the source keeps open."""
        ...

    def read_placed(self, start: dt.date, end: dt.date) -> Iterator[Batch]:
        """Orders placed on these days with all their parts, as the shop has them now, in order; a day is never split.

        The tables that are kept by key come with them, whole, also when the window is empty.
        """
        ...

    def read_changed(self, since: dt.datetime, until: dt.datetime) -> Iterator[Batch]:
        """Orders changed in the window, whatever day they were placed on, whole.

        A source that keeps no change stamps delivers the orders *placed* on the days of the window.
        """
        ...

    def list_ids(self, start: dt.date, end: dt.date) -> pa.Table:
        """`order_date`, `order_id` of the orders the shop has on these days."""
        ...

    def count(self, start: dt.date, end: dt.date) -> pa.Table:
        """The shop's own count: `order_date` and the columns of `contract.SOURCE_COUNTS`, a `read` row for each day."""
        ...


def open_source(settings: Settings) -> Source:
    """The source that the shop's settings name."""
    if isinstance(settings.source, CdnowSource):
        from pipelines.sources.cdnow import Cdnow

        return Cdnow(settings)
    if isinstance(settings.source, OnlineRetailSource):
        from pipelines.sources.online_retail import OnlineRetail

        return OnlineRetail(settings)
    if isinstance(settings.source, DemoSource):
        from pipelines.sources.demo import Demo

        return Demo(settings)
    from pipelines.sources.files import Files

    return Files(settings)
