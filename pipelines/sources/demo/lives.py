"""The life of an order: as it was placed, and everything that happened to it later, each at its own instant.

What the order is as of a day follows from the changes before that day. Beside the contract's rows every change says
what it truly moved, so that the truth needs no ledger.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

from pipelines import contract
from pipelines.sources.demo.amounts import ZERO, Terms

if TYPE_CHECKING:
    from pipelines.sources.demo.catalogue import Product

Row = dict[str, Any]
# Whether the money of an order counts: it does, it does if paid in time (on account), or it does not, and why.
Standing = Literal["counts", "on_account", "test", "draft", "failed", "cancelled", "pending", "expired"]


@dataclass
class Part:
    """Goods or shipping of an order at what was paid for them, order discount taken off.

    Attributes:
        line_id: The line; None for shipping that is no line.
        product: The article; None for shipping.
        quantity: Pieces not yet taken back.
        net: Ex tax, of these pieces.
        tax: Of these pieces.
        rate: Of the tax.
    """

    line_id: str | None
    product: Product | None
    quantity: int
    net: Decimal
    tax: Decimal
    rate: Decimal


@dataclass(frozen=True)
class Change:
    """One thing that happened to an order.

    Attributes:
        at: When, UTC.
        order: Columns of the order with their values from then on.
        rows: Rows of other tables by table name: new, or in place of the one with the same key.
        revenue: What it added to net revenue, in the order's currency.
        standing: Whether the order's money counts from then on; None: as before.
        is_stamped: The shop's `updated_at` moved with it.
        is_cancellation: The order was cancelled.
        is_deletion: The order is gone.
    """

    at: dt.datetime
    order: Row = field(default_factory=dict)
    rows: tuple[tuple[str, Row], ...] = ()
    revenue: Decimal = ZERO
    standing: Standing | None = None
    is_stamped: bool = True
    is_cancellation: bool = False
    is_deletion: bool = False


@dataclass
class OrderLife:
    """An order from its first moment on.

    Attributes:
        order_id: The order's id.
        person_id: Who bought; None for nobody in particular (till, marketplace).
        is_personal: The order counts for a person's worth (not staff, marketplace or till).
        placed_at: When, UTC.
        terms: How it was priced.
        row: The order as placed, in the contract's columns.
        rows: The other tables' rows that came with it.
        goods: Its products.
        shipping: What the buyer paid for shipping.
        revenue: Net revenue as placed, in the order's currency.
        standing: Whether its money counts when placed.
        flaw: Why it is no purchase by its nature, money aside; None if it is one.
        is_welcome: The buyer gave the code that welcomes new customers.
        traps: What is special about it, each with the instant from which it is true.
    """

    order_id: str
    person_id: str | None
    is_personal: bool
    placed_at: dt.datetime
    terms: Terms
    row: Row
    rows: list[tuple[str, Row]]
    goods: list[Part]
    shipping: Part
    revenue: Decimal
    standing: Standing
    flaw: str | None
    is_welcome: bool = False
    changes: list[Change] = field(default_factory=list)
    traps: dict[str, dt.datetime] = field(default_factory=dict)
    _numbers: Counter[str] = field(default_factory=Counter)

    @property
    def last_at(self) -> dt.datetime:
        """When the last thing happened."""
        return max((change.at for change in self.changes), default=self.placed_at)

    def mark(self, trap: str, at: dt.datetime | None = None) -> None:
        """Note that the order shows a trap, by default from its first moment on."""
        self.traps.setdefault(trap, at or self.placed_at)

    def happen(self, change: Change) -> None:
        """Let something happen to the order."""
        self.changes.append(change)
        if not change.is_stamped and not change.is_deletion:
            self.mark("changed_without_stamp", change.at)

    def number(self, what: str) -> int:
        """1, 2, 3 ... for the order's refunds, edits, payments or costs."""
        self._numbers[what] += 1
        return self._numbers[what]

    def cost(self, kind: str, euros: Decimal, at: dt.datetime) -> tuple[str, Row]:
        """A row of order_costs."""
        amount = self.terms.in_currency(euros)
        return self.cost_of(kind, amount, at)

    def cost_of(self, kind: str, amount: Decimal, at: dt.datetime) -> tuple[str, Row]:
        """A row of order_costs of an amount in the order's currency."""
        return "order_costs", {
            "order_id": self.order_id,
            "cost_id": f"c{self.number('cost')}",
            "kind": kind,
            "amount": amount,
            "booked_at": at,
        }

    @cached_property
    def history(self) -> list[Change]:
        """The changes in the order of time; to be asked for when all are there."""
        return sorted(self.changes, key=lambda change: change.at)

    def before(self, end: dt.datetime) -> list[Change] | None:
        """The changes before an instant; None if the order is not there, not yet or no longer."""
        if self.placed_at >= end:
            return None
        happened = [change for change in self.history if change.at < end]
        return None if any(change.is_deletion for change in happened) else happened

    def as_of(self, end: dt.datetime) -> tuple[Row, list[tuple[str, Row]]] | None:
        """The order's row and its other rows before an instant; None if it is not there."""
        changes = self.before(end)
        if changes is None:
            return None
        order = dict(self.row)
        rows = {_key(name, row): (name, row) for name, row in self.rows}
        for change in changes:
            order |= change.order
            if change.is_stamped:
                order["updated_at"] = change.at
            rows |= {_key(name, row): (name, row) for name, row in change.rows}
        return order, list(rows.values())


def _key(name: str, row: Row) -> tuple[Any, ...]:
    return name, *(row.get(column) for column in contract.TABLES[name].key)
