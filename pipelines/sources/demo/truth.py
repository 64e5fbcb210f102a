"""What was really earned, by whom: from what happened, never from the contract's rows.

Net revenue is ex tax, ex shipping, ex gift cards; refunds and edits belong to their order. Orders in another currency
are converted at the rate of their day.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from pipelines.sources.demo.amounts import ZERO, fine
from pipelines.sources.demo.history import History
from pipelines.sources.demo.lives import OrderLife, Standing
from pipelines.sources.demo.people import Account


@dataclass(frozen=True)
class OrderTruth:
    """One order as of a day.

    Attributes:
        customer: Account or guest's address, as far as anybody can know by then; None: nobody in particular.
        currency: Of the order.
        original_net_revenue_amount: In the order's currency; 0 if it is not in revenue.
        net_revenue_amount: In euro.
        invalid_reason: Why it is no purchase; None if it is one.
        attributed_order_id: The order whose purchase it belongs to: another one for an exchange.
        is_welcome: A welcome code was given on it.
    """

    order_id: str
    customer: str | None
    currency: str
    original_net_revenue_amount: Decimal
    net_revenue_amount: Decimal
    is_in_revenue: bool
    invalid_reason: str | None
    attributed_order_id: str
    is_welcome: bool

    @property
    def is_valid_order(self) -> bool:
        """Whether it is a purchase."""
        return self.invalid_reason is None


@dataclass
class CustomerTruth:
    """One customer as of a day.

    Attributes:
        customer: The surviving account, or the address of a guest.
        is_guest: There is no account.
        person_id: Who it is; two accounts not yet merged are two customers and one person.
        net_revenue_amount: In euro, credit notes without an order included.
        order_count: Purchases.
        is_welcome_code_acquired: A welcome code was given on the first purchase; None without a purchase.
        rate_per_week: How often the person buys while active; None for who came by a gift card.
        leave_probability: After each purchase.
        left_at: When the person left for good; None if still there.
    """

    customer: str
    is_guest: bool
    person_id: str
    rate_per_week: float | None
    leave_probability: float | None
    left_at: dt.datetime | None
    net_revenue_amount: Decimal = ZERO
    order_count: int = 0
    is_welcome_code_acquired: bool | None = None


@dataclass(frozen=True)
class Truth:
    """The shop as of a day.

    Attributes:
        orders: By id; deleted ones are not among them.
        customers: By account or address.
        anonymous_amount: Net revenue of nobody in particular: till, marketplace, staff, notes that name nobody.
        note_amounts: Credit notes without an order, in euro and positive, by refund id.
    """

    orders: Mapping[str, OrderTruth]
    customers: Mapping[str, CustomerTruth]
    anonymous_amount: Decimal
    note_amounts: Mapping[str, Decimal]


def truth(history: History, as_of: dt.date, unpaid_expires_after_days: int = 30) -> Truth:
    """What is true as of a day.

    Args:
        history: The shop's.
        as_of: Exclusive: what happened before this day counts.
        unpaid_expires_after_days: An order on account that is not paid by then has expired.
    """
    end = history.end(as_of)
    who = _Identities(history, end)
    orders: dict[str, OrderTruth] = {}
    customers: dict[str, CustomerTruth] = {}
    anonymous = ZERO
    for life in sorted(history.lives, key=lambda life: (life.placed_at, life.order_id)):
        order = _order(life, history, as_of, who, unpaid_expires_after_days)
        if order is None:
            continue
        orders[order.order_id] = order
        if order.customer is None:
            anonymous += order.net_revenue_amount
            continue
        customer = customers.setdefault(order.customer, who.customer(order.customer, life.person_id or ""))
        customer.net_revenue_amount += order.net_revenue_amount
        if order.is_valid_order and not customer.order_count:
            customer.is_welcome_code_acquired = order.is_welcome
        customer.order_count += order.is_valid_order
    note_amounts = {}
    for note in history.notes:
        if note.at >= end:
            continue
        note_amounts[note.row["refund_id"]] = note.row["net_amount"]
        # A note has no address on it: only an account can be known by it.
        named = who.of(note.buyer.account_id, None)
        if named is None:
            anonymous -= note.row["net_amount"]
        else:
            customer = customers.setdefault(named, who.customer(named, note.buyer.person_id or ""))
            customer.net_revenue_amount -= note.row["net_amount"]
    return Truth(orders, customers, anonymous, note_amounts)


class _Identities:
    """Who is who, as far as mergers and accounts before an instant tell."""

    def __init__(self, history: History, end: dt.datetime) -> None:
        self._history = history
        self._accounts: dict[str, Account] = {
            account_id: account for account_id, account in history.accounts.items() if account.created_at < end
        }
        self._by_email = {account.email: account_id for account_id, account in self._accounts.items()}
        self._end = end

    def of(self, account_id: str | None, email: str | None) -> str | None:
        """The surviving account, else the address."""
        if account_id is None and email is not None:
            email = email.strip().lower()
            account_id = self._by_email.get(email)
        if account_id is None:
            return email
        account = self._accounts[account_id]
        while account.surviving_id is not None and account.merged_at is not None and account.merged_at < self._end:
            account = self._accounts[account.surviving_id]
        return account.account_id

    def customer(self, customer: str, person_id: str) -> CustomerTruth:
        """A customer without orders so far."""
        person = self._history.people.get(person_id)
        return CustomerTruth(
            customer=customer,
            is_guest=customer not in self._accounts,
            person_id=person_id,
            rate_per_week=person.rate_per_week if person else None,
            leave_probability=person.leave_probability if person else None,
            left_at=self._history.left_at.get(person_id),
        )


def _order(
    life: OrderLife, history: History, as_of: dt.date, who: _Identities, unpaid_expires_after_days: int
) -> OrderTruth | None:
    changes = life.before(history.end(as_of))
    if changes is None:
        return None
    day = history.day(life.placed_at)
    standing: Standing = life.standing
    for change in changes:
        # A test order stays one, whatever is done with it.
        standing = change.standing if change.standing and standing != "test" else standing
    if standing == "on_account":
        standing = "expired" if as_of - day > dt.timedelta(days=unpaid_expires_after_days) else "counts"
    amount = life.revenue + sum((change.revenue for change in changes), ZERO)
    is_in_revenue = standing == "counts"
    is_cancelled = any(change.is_cancellation for change in changes)
    reason: str | None = None if is_in_revenue else standing
    if is_in_revenue:
        reason = life.flaw or ("cancelled" if is_cancelled and amount <= 0 else None)
    original = amount if is_in_revenue else ZERO
    row = life.row
    return OrderTruth(
        order_id=life.order_id,
        customer=who.of(row["customer_id"], row["customer_email"]) if life.is_personal else None,
        currency=life.terms.currency,
        original_net_revenue_amount=original,
        net_revenue_amount=fine(original * history.rates.on(life.terms.currency, day)),
        is_in_revenue=is_in_revenue,
        invalid_reason=reason,
        attributed_order_id=row["original_order_id"] if life.flaw == "exchange" else life.order_id,
        is_welcome=life.is_welcome,
    )
