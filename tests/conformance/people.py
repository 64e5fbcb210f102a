"""Who a buyer is: accounts followed through their merges, guests joined by their address."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.conformance.shops import Row, Shop


class People:
    """Finds the person behind an order or a credit note."""

    def __init__(self, shop: Shop) -> None:
        self._successor = {row["old_customer_id"]: row["surviving_customer_id"] for row in shop["customer_aliases"]}
        self._owner = self._owners(shop)

    def account(self, account_id: str) -> str:
        """The account that is left after all merges; of accounts merged in a ring, the smallest id."""
        reached: list[str] = []
        current = account_id
        while current in self._successor and self._successor[current] not in reached:
            current = self._successor[current]
            reached.append(current)
        if current in self._successor:
            return min(reached)
        return current

    def buyer(self, order: Row) -> str | None:
        """The person who placed the order; None for a guest without an address."""
        if order["customer_id"] is not None:
            return self.account(order["customer_id"])
        address = order["customer_email_hash"]
        if address is None:
            return None
        return self._owner.get(address, f"guest-{address[:16]}")

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
