"""Orders read whole from a shop that goes on changing: every order once, with its refunds, as it was at one moment.

Pages shift while they are read: an order that is deleted pulls the next one over the edge of a page. So orders are
listed first, then each is fetched by its id, and the shop's own number of orders is compared. A window in which
anything differs is read again.
"""

from __future__ import annotations

import datetime as dt
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pipelines.errors import SourceError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from pipelines.sources.woocommerce.client import Row, ShopApi

log = logging.getLogger("klantwaarde")

ONE_SECOND = dt.timedelta(seconds=1)

# Readings of a window until two answers about it agree; an edit takes a second, a window some minutes at most.
READINGS = 5

# What the shop's own count is made from, and by which two answers are compared.
COUNTED_FIELDS = (
    *("id", "date_created_gmt", "date_modified_gmt", "total", "total_tax", "shipping_total"),
    *("line_items", "fee_lines", "refunds"),
)
ORDER_FIELDS = (
    *COUNTED_FIELDS,
    *("number", "status", "currency", "date_created", "date_paid_gmt", "date_completed_gmt", "prices_include_tax"),
    *("discount_total", "customer_id", "billing", "shipping", "created_via", "tax_lines", "coupon_lines"),
)
REFUND_FIELDS = (
    *("id", "parent_id", "date_created_gmt", "amount", "reason"),
    *("line_items", "shipping_lines", "fee_lines"),
)


@dataclass(frozen=True)
class Orders:
    """Orders with their refunds, by order id.

    Attributes:
        listed: What the shop listed, in `COUNTED_FIELDS`.
        whole: The orders themselves, in `ORDER_FIELDS`; empty if only the list was asked for.
        refunds: The refunds of each order that has any.
    """

    listed: dict[int, Row]
    whole: dict[int, Row]
    refunds: dict[int, list[Row]]


class OrderReader:
    """Reads the orders of one shop."""

    def __init__(self, api: ShopApi) -> None:
        self._api = api

    def pages_placed(self, since: dt.datetime, until: dt.datetime) -> Iterator[list[Row]]:
        """What the shop lists of the orders placed in a half-open window, oldest first."""
        yield from self._api.pages("orders", COUNTED_FIELDS, **placed_within(since, until))

    def placed(
        self, since: dt.datetime, until: dt.datetime, listed: dict[int, Row] | None = None, is_whole: bool = True
    ) -> Orders:
        """The orders placed in a half-open window, none missing and none twice.

        Args:
            since: Begin of the window, UTC.
            until: Its end, UTC.
            listed: What the shop has listed of the window already.
            is_whole: Fetch the orders themselves as well.

        Raises:
            SourceError: The window kept changing.
        """
        window = placed_within(since, until)
        for reading in range(READINGS):
            if listed is None:
                listed = self._listed(window, COUNTED_FIELDS)
            found = None if listed is None else self._complete(listed, window, is_whole)
            if found is not None:
                return found
            log.info("extract: orders of %s to %s changed while they were read (%d)", since, until, reading + 1)
            listed = None
        raise SourceError(
            f"The shop's orders placed from {since} to {until} UTC kept changing while they were read {READINGS} "
            "times, or its answers leave some out. Run again; if it stays so, lower source.page_size."
        )

    def changed(self, since: dt.datetime, until: dt.datetime, status: str) -> Iterator[Orders]:
        """The orders of a status that changed in a half-open window, in bounded pieces; `any` leaves out the bin."""
        window = {
            **_bounds("modified_after", since, "modified_before", until),
            # An edit moves an order in the order of changes, never in that of ids.
            "orderby": "id",
            "order": "asc",
            "status": status,
        }
        listings = (self._listed(window, ("id",)) for _ in range(READINGS))
        listed = next((found for found in listings if found is not None), None)
        if listed is None:
            raise SourceError(
                f"The shop's list of changes kept changing while it was read {READINGS} times. Run again."
            )
        ids = list(listed)
        for first in range(0, len(ids), self._api.page_size):
            chosen = ids[first : first + self._api.page_size]
            for _ in range(READINGS):
                whole = {row["id"]: row for row in self._api.by_id("orders", chosen, ORDER_FIELDS, status=status)}
                refunds = self._refunds(whole)
                if refunds is not None:
                    break
            else:
                raise SourceError("Refunds kept vanishing while they were read. Run again.")
            yield Orders(whole, whole, refunds)

    def count(self, since: dt.datetime, until: dt.datetime) -> int | None:
        """How many orders the shop says were placed in a half-open window; None if its host strips the header."""
        return self._api.total("orders", **placed_within(since, until))

    def refund_ids(self) -> dict[int, int]:
        """Every refund that the shop has, with its order."""
        rows = self._api.rows("refunds", ("id", "parent_id"), orderby="id", order="asc")
        return {row["id"]: row["parent_id"] for row in rows}

    def _listed(self, window: dict[str, Any], fields: Sequence[str]) -> dict[int, Row] | None:
        """What the shop lists of the orders; None if that changed meanwhile.

        Listed twice: an order that is deleted once its page is read makes a list that lacks the next one, and is as
        long as the shop's total is by then.
        """
        listed = {row["id"]: row for row in self._api.rows("orders", fields, **window)}
        again = {row["id"] for row in self._api.rows("orders", ("id",), **window)}
        if again != listed.keys() or self._api.total("orders", **window) not in (None, len(listed)):
            return None
        return listed

    def _complete(self, listed: dict[int, Row], window: dict[str, Any], is_whole: bool) -> Orders | None:
        """The listed orders with all that belongs to them; None if the answers do not agree."""
        whole: dict[int, Row] = {}
        if is_whole:
            whole = {row["id"]: row for row in self._api.by_id("orders", list(listed), ORDER_FIELDS)}
            if whole.keys() != listed.keys() or any(_state(whole[key]) != _state(listed[key]) for key in listed):
                return None
        refunds = self._refunds(listed)
        # Asked for last: what was deleted, placed or brought back from the bin in between changes it.
        if refunds is None or self._api.total("orders", **window) not in (None, len(listed)):
            return None
        return Orders(listed, whole, refunds)

    def _refunds(self, orders: dict[int, Row]) -> dict[int, list[Row]] | None:
        """The refunds that the orders name, oldest first; None if one of them is gone by now."""
        named = sorted(refund["id"] for order in orders.values() for refund in order["refunds"])
        rows = self._api.by_id("refunds", named, REFUND_FIELDS)
        if len(rows) < len(named):
            return None
        found: dict[int, list[Row]] = {}
        for row in sorted(rows, key=lambda row: row["id"]):
            found.setdefault(row["parent_id"], []).append(row)
        return found


def placed_within(since: dt.datetime, until: dt.datetime) -> dict[str, Any]:
    """The parameters for the orders placed in a half-open window, oldest first."""
    return {**_bounds("after", since, "before", until), "orderby": "date", "order": "asc"}


def _bounds(after: str, since: dt.datetime, before: str, until: dt.datetime) -> dict[str, str]:
    """A half-open window as the shop takes it: it leaves out both bounds, and knows whole seconds.

    The bounds are UTC without a suffix: a `Z` beside `dates_are_gmt` shifts them by the shop's offset.
    """
    first = since.replace(microsecond=0) - ONE_SECOND
    last = until if until.microsecond == 0 else until.replace(microsecond=0) + ONE_SECOND
    return {after: first.isoformat(), before: last.isoformat(), "dates_are_gmt": "true"}


def _state(order: Row) -> tuple[Any, ...]:
    """What tells whether two answers are about the same state of an order."""
    return (
        order["date_modified_gmt"],
        order["total"],
        _amounts(order["line_items"]),
        _amounts(order["fee_lines"]),
        _amounts(order["refunds"]),
    )


def _amounts(rows: Iterable[Row]) -> list[tuple[int, str]]:
    return [(row["id"], row["total"]) for row in rows]
