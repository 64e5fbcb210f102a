"""Which addresses are no single person's, by their words: of a role, of the shop itself, of a marketplace.

This is decided before addresses are hashed, since a hash has no words. What is landed beside the hash is the kind, or
nothing where the address may be a person's own.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipelines.settings.identity import Identity


class SharedAddresses:
    """Tells the kind of an address: `own_domain`, `marketplace`, `role`; None if it may be a person's own."""

    def __init__(self, identity: Identity) -> None:
        self._roles = frozenset(identity.role_addresses)
        self._own = identity.own_domains
        self._marketplaces = identity.marketplace_domains
        self._kind_of_domain = lru_cache(maxsize=10_000)(self._judge_domain)

    def kind(self, address: str | None) -> str | None:
        """The kind of a normalised address."""
        if address is None:
            return None
        local, _, domain = address.rpartition("@")
        return self._kind_of_domain(domain) or ("role" if local.partition("+")[0] in self._roles else None)

    def _judge_domain(self, domain: str) -> str | None:
        if any(_is_in(domain, pattern) for pattern in self._own):
            return "own_domain"
        return "marketplace" if any(_is_in(domain, pattern) for pattern in self._marketplaces) else None


def _is_in(domain: str, pattern: str) -> bool:
    """Whether a domain is the pattern's or lies below it; `.*` stands for any country."""
    if pattern.endswith(".*"):
        return f".{pattern[:-1]}" in f".{domain}"
    return f".{domain}".endswith(f".{pattern}")
