"""Who a buyer is: accounts followed through their merges to their company, guests joined by their address."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.conformance.shops import Row, Shop


class People:
    """Finds the person behind an order or a credit note."""

    def __init__(self, shop: Shop) -> None:
        self._successor = {row["old_customer_id"]: row["surviving_customer_id"] for row in shop["customer_aliases"]}
        self._company = {} if shop.settings["businesses_by_contact"] else self._companies(shop)
        self._owner = self._owners(shop)
        self.businesses = {
            self.account(row["customer_id"])
            for row in shop["customers"]
            if row["is_business"] or row["company_id"] is not None
        }

    def account(self, account_id: str) -> str:
        """The account that is left after all merges, or the company it buys for."""
        return _end(self._company, _end(self._successor, account_id))

    def buyer(self, order: Row) -> str | None:
        """The person who placed the order; None for a guest without an address."""
        if order["customer_id"] is not None:
            return self.account(order["customer_id"])
        address = order["customer_email_hash"]
        if address is None:
            return None
        return self._owner.get(address, f"guest-{address[:16]}")

    def _companies(self, shop: Shop) -> dict[str, str]:
        """The company of each contact; who was merged into another account has nothing to say."""
        return {
            row["customer_id"]: _end(self._successor, row["company_id"])
            for row in shop["customers"]
            if row["company_id"] is not None and _end(self._successor, row["customer_id"]) == row["customer_id"]
        }

    def _owners(self, shop: Shop) -> dict[str, str]:
        """The account that an address leads to: its own comes before one only typed on an order."""
        own = {row["customer_id"]: row["email_hash"] for row in shop["customers"] if row["email_hash"] is not None}
        claims = [(address, 1, self.account(account)) for account, address in own.items()]
        for order in shop["orders"]:
            account, address = order["customer_id"], order["customer_email_hash"]
            if account is not None and address is not None and account not in own:
                claims.append((address, 2, self.account(account)))
        owners: dict[str, str] = {}
        for address, _, account in sorted(claims):
            owners.setdefault(address, account)
        return owners


def _end(steps: dict[str, str], start: str) -> str:
    """Where the steps lead in the end; in a ring, its smallest id."""
    path = [start]
    while path[-1] in steps:
        following = steps[path[-1]]
        if following in path:
            return min(path[path.index(following) :])
        path.append(following)
    return path[-1]
