"""A shop as contract rows: typed, complete, and renamed so that many shops fit into one warehouse.

The rows are as landed: instants in UTC, e-mail addresses as hashes.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from pipelines import contract
from tests.support.builders import Row, completed

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

SETTINGS: Row = {
    "currency": "EUR",
    "timezone": "Europe/Amsterdam",
    "as_of_date": dt.date(2025, 1, 1),
    "history_start_date": dt.date(2023, 1, 1),
    "count_zero_value_orders": False,
    "count_cancelled_after_payment": False,
    "count_marketplace_orders": False,
    "unpaid_expires_after_days": 30,
    "unpaid_valid_statuses": ["authorised"],
    "count_exchanges_as_orders": False,
    "discount_spread": "value",
    "refunded_without_refund": "full",
    "refund_allocation": "value",
    "refund_exchange_rate": "order_day",
    "exchange_rate_basis": "day",
    "cost_back_on_return": "restocked",
    "store_credit_is_discount": False,
    "test_order_tags": [],
    "test_payment_gateways": ["bogus"],
    "staff_order_tags": [],
    "subscription_order_tags": [],
    "prepaid_counts_at": "delivery",
    "daily_sales_clock": "order_day",
    "gift_cards_count_at": "redemption",
    "daily_refund_clock": "refund_day",
    "daily_edit_clock": "edit_day",
    "cohort_refund_clock": "order_day",
    "cohort_basis": "net",
    "count_businesses_as_consumers": False,
    "businesses_by_contact": False,
    "discount_acquired_rate": Decimal("0.1"),
    "welcome_codes": [],
    "explode_bundles": False,
    "join_accounts_by_address": False,
    "guest_customer_ids": ["0", "-1", "", "null"],
    "max_monthly_orders_per_address": 31,
    "max_addresses_per_account": 10,
}

# Keyed by currency and day alone, so all shops of one warehouse share them. 1 and 2 March 2024 were Friday and
# Saturday: Saturday and Sunday have no rate of their own.
EXCHANGE_RATES = (
    ("USD", "2023-01-02", "0.95"),
    ("USD", "2024-03-01", "0.90"),
    ("USD", "2024-03-04", "0.92"),
    ("USD", "2024-04-01", "0.95"),
    ("GBP", "2023-01-02", "1.13"),
    ("GBP", "2024-03-01", "1.17"),
    ("GBP", "2024-05-01", "1.16"),
    ("SEK", "2023-01-02", "0.0873"),
    ("SEK", "2024-04-01", "0.0867"),
)

_IDS = frozenset(
    {"order_id", "original_order_id", "refund_id", "customer_id", "old_customer_id", "surviving_customer_id"}
    | {"company_id"}
    | {"product_id", "component_product_id", "sku"}
)
# What names an account, or by the shop's settings a guest.
_ACCOUNTS = frozenset({"customer_id", "old_customer_id", "surviving_customer_id", "company_id"})
_HASHES = frozenset({"customer_email_hash", "email_hash"})


@dataclass(frozen=True)
class Shop:
    """Contract tables by name, every row with all landed columns of its table, and the shop's settings."""

    tables: dict[str, list[Row]]
    settings: Row = field(default_factory=lambda: dict(SETTINGS))

    def __getitem__(self, table: str) -> list[Row]:
        return self.tables[table]


def make_shop(settings: Mapping[str, Any] | None = None, **tables: Iterable[Mapping[str, Any]]) -> Shop:
    """A shop of these rows; every column left out takes the contract's default."""
    rates = [{"currency": code, "rate_date": day, "rate": rate} for code, day, rate in EXCHANGE_RATES]
    given: dict[str, Iterable[Mapping[str, Any]]] = {"exchange_rates": rates, **tables}
    unknown = given.keys() - contract.TABLES.keys()
    assert not unknown, f"the contract has no table {sorted(unknown)}"
    filled = {
        name: [completed(table, row) for row in given.get(name, ())]
        for name, table in contract.TABLES.items()
        if name != "source_counts"
    }
    return Shop(filled, {**SETTINGS, **(settings or {})})


def named(prefix: str, shop: Shop) -> Shop:
    """The shop with every id, address and sales channel made its own by `prefix`, to lie beside others."""
    guests = shop.settings["guest_customer_ids"]
    tables = {name: [_named_row(prefix, row, guests) for row in rows] for name, rows in shop.tables.items()}
    return Shop(tables, shop.settings)


def named_id(prefix: str, identifier: str) -> str:
    """What `identifier` is called in `named(prefix, ...)`; a guest is written `guest:<address>` in the cases.

    A guest of one order, whose address leads to nobody, is written `guest:<address>:<order>`.
    """
    if identifier.startswith("guest:"):
        address, _, order_id = identifier.removeprefix("guest:").partition(":")
        return f"guest-{_hash(prefix, address)[:16]}{f'-{prefix}/{order_id}' if order_id else ''}"
    return f"{prefix}/{identifier}"


def together(shops: Iterable[Shop]) -> Shop:
    """One shop of many that have the same settings and share nothing but exchange rates."""
    parts = list(shops)
    settings = parts[0].settings
    assert all(part.settings == settings for part in parts)
    tables: dict[str, list[Row]] = {}
    for name in parts[0].tables:
        tables[name] = parts[0][name] if name == "exchange_rates" else [row for part in parts for row in part[name]]
    return Shop(tables, settings)


def with_rows(shop: Shop, table: str, rows: Iterable[Mapping[str, Any]]) -> Shop:
    """The shop with more rows in one table."""
    more = [completed(contract.TABLES[table], row) for row in rows]
    return Shop({**shop.tables, table: [*shop[table], *more]}, shop.settings)


def _named_row(prefix: str, row: Row, guest_ids: Iterable[str]) -> Row:
    changed = {}
    for name, value in row.items():
        if value is None:
            continue
        if name in _IDS and not (name in _ACCOUNTS and value.strip().lower() in guest_ids):
            changed[name] = named_id(prefix, value)
        elif name in _HASHES:
            changed[name] = _hash(prefix, value)
        elif name == "sales_channel":
            changed[name] = f"{prefix}:{value}"
    return {**row, **changed}


def _hash(prefix: str, address: str) -> str:
    return hashlib.sha256(f"{prefix}/{address}".encode()).hexdigest()
