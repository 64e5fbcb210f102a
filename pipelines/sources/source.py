"""What a source promises: to deliver a shop's rows by the contract and, where the shop can, more than that.

Every source can be read whole (`Source`). `Changes`, `Audit` (or `SlowAudit`) and `Fingerprints` are for those that can
also say what changed, count their own orders, or tell without delivering them that a day's rows are the same as before.

A source casts what the shop has to the contract's tables and types, and does nothing else: it never allocates,
guesses or nets. It is the only place that talks to a shop.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from pipelines.settings.source_kinds import source_kinds

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator
    from decimal import Decimal

    import pyarrow as pa

    from pipelines.settings import Settings


@dataclass(frozen=True)
class Batch:
    """Rows of contract tables.

    Attributes:
        tables: Contract table name to rows, in the table's `delivered_schema`.
    """

    tables: dict[str, pa.Table]


class Source(Protocol):
    """One shop's rows. All windows are half-open; days are business days in the shop's zone, instants are UTC.

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
        """What lies on these days, as the shop has it now: orders placed on them with all their parts.

        The days come in order, and a day is never split.
        """
        ...

    def read_keyed(self, since: dt.datetime | None = None) -> Iterator[Batch]:
        """The tables that are kept by key, whole; with `since`, what may have changed from that instant on.

        Rows without a change stamp may have changed at any time. Rows of one key come next to each other. A row that
        is not in a whole delivery is not in the shop any more. Only a source with `Changes` is asked with `since`.
        """
        ...


@runtime_checkable
class Changes(Protocol):
    """What changed since an instant, so that a night need not read the whole shop.

    A source without it is read whole each night, and every day compared by content: nothing can then be missed. A
    source with it can miss a change that moves no stamp, until the next night that reads it whole.
    """

    def read_changed(self, since: dt.datetime, until: dt.datetime) -> Iterator[Batch]:
        """Orders changed in the window, whatever day they were placed on, whole.

        An order without a stamp may have changed at any time, whatever else it carries, and is always delivered.
        """
        ...


@runtime_checkable
class Audit(Protocol):
    """What the shop itself says it has, to check a delivery by. It must not be made from the delivered rows.

    A source without it is no `Audit`: nothing then tells that an order is missing from a delivery.
    """

    def list_ids(self, start: dt.date, end: dt.date) -> pa.Table:
        """`order_date`, `order_id` of the orders the shop has on these days."""
        ...

    def count(self, start: dt.date, end: dt.date) -> pa.Table:
        """The shop's own count, as `contract.SOURCE_COUNTS`: a `read` row for each day, also for one without orders."""
        ...


@runtime_checkable
class SlowAudit(Audit, Protocol):
    """An audit that asks the shop about each order, so that the whole history takes it hours.

    A night counts only the last days and those that changed. What tells of the others are these two; all days are
    counted on the night that compares the whole shop.
    """

    def count_orders(self, start: dt.date, end: dt.date) -> int | None:
        """How many orders the shop says it has on these days, without being asked for them; None if it does not."""
        ...

    def list_refunds(self) -> pa.Table:
        """`order_id`, `refund_id` of every refund that the shop has, since one may go without a trace on its order."""
        ...


@runtime_checkable
class Fingerprints(Protocol):
    """Whether the rows of a day are the same as before, told without delivering them."""

    def fingerprints(self, start: dt.date, end: dt.date) -> dict[dt.date, str]:
        """A text for each of these days, which is another one whenever `read_placed` or the count gives other rows."""
        ...


@dataclass(frozen=True)
class LeftOut:
    """Rows that a source holds from before the shop's first day.

    Attributes:
        kind: What they are, in the singular: `order`, `refund`, `credit note`, `edit`, `payment`, `cost`.
        currency: Of their amounts.
        row_count: How many; an order with its lines and its tax is one.
        amount: What they are worth, ex tax; of payments, what was paid.
    """

    kind: str
    currency: str
    row_count: int
    amount: Decimal


@runtime_checkable
class Beginning(Protocol):
    """What lies before the shop's first day, for a source that sees it: not read, but counted."""

    def left_out(self) -> list[LeftOut]:
        """What is dated before the first day, or belongs to an order that is, by kind and currency."""
        ...


@dataclass(frozen=True)
class Fault:
    """One reason for which a source refuses its delivery.

    Attributes:
        text: What is wrong, where, and what to do.
        missing_column: Table and column, if that is what is wrong: all rows then lack a value.
    """

    text: str
    missing_column: tuple[str, str] | None = None


@runtime_checkable
class Examinable(Protocol):
    """A source that can say all that it would refuse, and still deliver the rest for a look at it."""

    def examine(self) -> list[Fault]:
        """Everything for which a night would be refused.

        From then on the source delivers what can be read: it leaves out an order of which a value cannot be, and a
        column that is missing is empty.

        Raises:
            SourceError: Too much is missing to deliver anything; the text has every reason, one a line.
        """
        ...


def open_source(settings: Settings) -> Source:
    """The source that the shop's settings name. Whoever opens it closes it."""
    source: Source = source_kinds()[settings.source.kind].open(settings)
    return source
