"""Who a buyer is: accounts followed through their merges to their company, guests joined by their address."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from tests.conformance.natural import Natural

if TYPE_CHECKING:
    from tests.conformance.shops import Row, Shop


class People:
    """Finds the person behind an order or a credit note."""

    def __init__(self, shop: Shop) -> None:
        self._guest_ids = set(shop.settings["guest_customer_ids"])
        customers = [row for row in shop["customers"] if self._account_id(row["customer_id"]) is not None]
        merges = [(row["old_customer_id"], row["surviving_customer_id"]) for row in shop["customer_aliases"]]
        self._successor = {
            old: new for old, new in merges if None not in (self._account_id(old), self._account_id(new))
        }
        contacts = [row for row in customers if self._account_id(row["company_id"]) is not None]
        self._company = {} if shop.settings["businesses_by_contact"] else self._companies(contacts)
        self._shared = _shared_addresses(shop)
        claims = self._claims(shop, customers)
        self._person: dict[str, str] = {}
        if shop.settings["join_accounts_by_address"]:
            apart = {self.account(row["customer_id"]) for row in contacts}
            self._person = _joined({(self.account(account), address) for account, address, _ in claims}, apart)
        self._owner = self._owners(claims)
        self.businesses = {
            self.account(row["customer_id"]) for row in [*contacts, *(row for row in customers if row["is_business"])]
        }

    def account(self, account_id: str) -> str:
        """The account that is left after all merges, or the company it buys for; or whom it was joined to."""
        found = _end(self._company, _end(self._successor, account_id))
        return self._person.get(found, found)

    def buyer(self, order: Row) -> str | None:
        """The person who placed the order; None for a guest without an address."""
        account = self._account_id(order["customer_id"])
        if account is not None:
            return self.account(account)
        address = order["customer_email_hash"]
        if address is None:
            return None
        if address in self._shared:
            return f"guest-{address[:16]}-{order['order_id']}"
        return self._owner.get(address, f"guest-{address[:16]}")

    def named(self, row: Row) -> str | None:
        """The person whom a credit note names."""
        account = self._account_id(row["customer_id"])
        return None if account is None else self.account(account)

    def _account_id(self, written: str | None) -> str | None:
        return None if written is None or written.strip().lower() in self._guest_ids else written

    def _companies(self, contacts: list[Row]) -> dict[str, str]:
        """The company of each contact; who was merged into another account has nothing to say."""
        return {
            row["customer_id"]: _end(self._successor, row["company_id"])
            for row in contacts
            if _end(self._successor, row["customer_id"]) == row["customer_id"]
        }

    def _claims(self, shop: Shop, customers: list[Row]) -> list[tuple[str, str, int]]:
        """Which account has which address: 1 its own, 2 typed on an order of an account that has none."""
        own = {row["customer_id"]: row["email_hash"] for row in customers if row["email_hash"] is not None}
        typed: defaultdict[str, set[str]] = defaultdict(set)
        for order in shop["orders"]:
            account, address = self._account_id(order["customer_id"]), order["customer_email_hash"]
            if account is not None and address is not None:
                typed[account].add(address)
        claims = [(account, address, 1) for account, address in own.items()]
        for account, addresses in typed.items():
            if account not in own and len(addresses) <= shop.settings["max_addresses_per_account"]:
                claims += [(account, address, 2) for address in addresses]
        return [claim for claim in claims if claim[1] not in self._shared]

    def _owners(self, claims: list[tuple[str, str, int]]) -> dict[str, str]:
        """The account that an address leads to: its own comes before one only typed on an order."""
        owners: dict[str, str] = {}
        for account, address, _ in sorted(claims, key=lambda claim: (claim[2], Natural(self.account(claim[0])))):
            owners.setdefault(address, self.account(account))
        return owners


def _shared_addresses(shop: Shop) -> set[str]:
    """Addresses that lead to nobody: by their words, or since no one person orders so often in a month."""
    zone = ZoneInfo(shop.settings["timezone"])
    counts: Counter[tuple[str, str]] = Counter()
    for order in shop["orders"]:
        if order["customer_email_hash"] is not None:
            local = order["placed_at"].replace(tzinfo=dt.UTC).astimezone(zone)
            counts[order["customer_email_hash"], f"{local:%Y-%m}"] += 1
    limit = shop.settings["max_monthly_orders_per_address"]
    return (
        {row["customer_email_hash"] for row in shop["orders"] if row["customer_email_kind"]}
        | {row["email_hash"] for row in shop["customers"] if row["email_kind"]}
        | {address for (address, _), count in counts.items() if count > limit}
    )


def _joined(claims: set[tuple[str, str]], apart: set[str]) -> dict[str, str]:
    """Of accounts that share an address, directly or through others, the first as people count."""
    circles: list[tuple[set[str], set[str]]] = []
    for account, address in claims:
        if account in apart:
            continue
        touched = [circle for circle in circles if account in circle[0] or address in circle[1]]
        circles = [circle for circle in circles if circle not in touched]
        accounts = {account}.union(*(circle[0] for circle in touched))
        circles.append((accounts, {address}.union(*(circle[1] for circle in touched))))
    return {account: min(accounts, key=Natural) for accounts, _ in circles for account in accounts}


def _end(steps: dict[str, str], start: str) -> str:
    """Where the steps lead in the end; in a ring, its smallest id."""
    path = [start]
    while path[-1] in steps:
        following = steps[path[-1]]
        if following in path:
            return min(path[path.index(following) :])
        path.append(following)
    return path[-1]
