"""Orders of the shop's own people, by the domain of the address on them.

Told at the boundary, because past it an address is a hash. Whatever a source itself calls an order stays.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.pseudonyms import normalise_email

if TYPE_CHECKING:
    from collections.abc import Collection

    import pyarrow as pa


def mark_staff_orders(orders: pa.Table, domains: Collection[str]) -> pa.Table:
    """The contract's orders, before their addresses are hashed; sales to one of `domains` become `staff`."""
    import pyarrow as pa

    if not domains:
        return orders
    types = [
        "staff" if order_type in (None, "sale") and _domain(email) in domains else order_type
        for order_type, email in zip(
            orders.column("order_type").to_pylist(), orders.column("customer_email").to_pylist(), strict=True
        )
    ]
    position = orders.schema.get_field_index("order_type")
    return orders.set_column(position, "order_type", pa.array(types, pa.string()))


def _domain(email: str | None) -> str | None:
    address = normalise_email(email)
    return None if address is None else address.rpartition("@")[2]
