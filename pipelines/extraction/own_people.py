"""Orders of the shop's own people and of its testers, by the domain of the address on them.

This is decided before addresses are hashed, since a hash has no domain. An order that the source itself calls
something else, such as an exchange, keeps its type.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.extraction.pseudonyms import normalise_email

if TYPE_CHECKING:
    import pyarrow as pa

    from pipelines.settings.definitions import Definitions


def mark_own_orders(orders: pa.Table, definitions: Definitions) -> pa.Table:
    """The orders with those from staff's domains typed `staff`, and those from testers' domains marked as tests."""
    import pyarrow as pa

    staff, tests = definitions.staff_email_domains, definitions.test_email_domains
    if not staff and not tests:
        return orders
    domains = [_domain(email) for email in orders.column("customer_email").to_pylist()]
    types = [
        "staff" if order_type in (None, "sale") and domain in staff else order_type
        for order_type, domain in zip(orders.column("order_type").to_pylist(), domains, strict=True)
    ]
    marks = [
        True if domain in tests else is_test
        for is_test, domain in zip(orders.column("is_test").to_pylist(), domains, strict=True)
    ]
    for name, values in (("order_type", pa.array(types, pa.string())), ("is_test", pa.array(marks, pa.bool_()))):
        orders = orders.set_column(orders.schema.get_field_index(name), name, values)
    return orders


def _domain(email: str | None) -> str | None:
    address = normalise_email(email)
    return None if address is None else address.rpartition("@")[2]
