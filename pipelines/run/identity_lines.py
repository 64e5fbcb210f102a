"""What a night found about who is one person, as lines of its summary: from the mart `identity_findings`.

A line says what was kept apart or joined; a warning says what may be wrong with the settings, and what to do.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb

# Why an address leads to nobody, in words.
_REASONS = {
    "address_of_role": "of a role (info@)",
    "address_of_own_domain": "of the shop's own domains",
    "address_of_marketplace": "of a marketplace",
    "address_of_orders": "with more orders in a month than one person places",
}


@dataclass(frozen=True)
class _Finding:
    example_account_id: str | None
    addresses: int
    accounts: int
    customers: int
    orders: int


def identity_lines(db: duckdb.DuckDBPyConnection) -> list[str]:
    """The lines, none where nothing was found; `db` uses the published marts."""
    rows = db.execute(
        """
        select
            finding, example_account_id, finding_address_count, finding_account_count, finding_customer_count,
            finding_order_count
        from identity_findings
        order by finding
        """
    ).fetchall()
    found = {finding: _Finding(*facts) for finding, *facts in rows}
    return [*_kept_apart(found), *_guests(found), *_joined(found), *_accounts_apart(found), *_many_addresses(found)]


def _kept_apart(found: dict[str, _Finding]) -> list[str]:
    parts = [(words, found[name]) for name, words in _REASONS.items() if name in found]
    if not parts:
        return []
    total = sum(finding.addresses for _, finding in parts)
    orders = sum(finding.orders for _, finding in parts)
    reasons = "; ".join(
        f"{finding.addresses:,} {words}: {_count(finding.orders, 'guest order')}" for words, finding in parts
    )
    return [
        f"  kept apart       {total:>14,} {_noun(total, 'address that joins', 'addresses that join')} nobody, each of "
        f"{_count(orders, 'guest order')} a person of its own ({reasons})"
    ]


def _guests(found: dict[str, _Finding]) -> list[str]:
    if "id_means_guest" not in found:
        return []
    orders = found["id_means_guest"].orders
    return [f"  guests by id     {orders:>14,} orders whose customer_id means a guest (identity.guest_customer_ids)"]


def _joined(found: dict[str, _Finding]) -> list[str]:
    if "accounts_joined" not in found:
        return []
    facts = found["accounts_joined"]
    return [
        f"  joined           {facts.accounts:>14,} accounts with the same address are "
        f"{_count(facts.customers, 'customer')} ({_count(facts.addresses, 'address', 'addresses')})"
    ]


def _accounts_apart(found: dict[str, _Finding]) -> list[str]:
    if "accounts_apart" not in found:
        return []
    facts = found["accounts_apart"]
    return [
        f"  warning: {_count(facts.addresses, 'address', 'addresses')} belong{'s' if facts.addresses == 1 else ''} to "
        f"several accounts, {facts.accounts:,} in all, and each account is a customer of its own. If the shop gives "
        "every guest checkout an account, set identity.join_accounts_by_address = true."
    ]


def _many_addresses(found: dict[str, _Finding]) -> list[str]:
    if "account_of_many_addresses" not in found:
        return []
    facts = found["account_of_many_addresses"]
    others = facts.accounts - 1
    more = f" (and {_count(others, 'account')} more have too many)" if others else ""
    return [
        f"  warning: account {facts.example_account_id!r} has orders with {facts.addresses:,} addresses"
        f"{more}. It is probably not one person: "
        "an id that means a guest (add it to identity.guest_customer_ids), a till, or a marketplace (order_type)."
    ]


def _count(number: int, noun: str, plural: str | None = None) -> str:
    return f"{number:,} {_noun(number, noun, plural or noun + 's')}"


def _noun(number: int, noun: str, plural: str) -> str:
    return noun if number == 1 else plural
