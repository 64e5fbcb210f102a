"""What each status of a WooCommerce order means here. The shop's file may say otherwise, and adds the shop's own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

# `docs/shops/woocommerce.md` prints this table. The keys are WooCommerce's own names, as its API writes them.
STATUSES = {
    "pending": "pending",
    "processing": "paid",
    # Ordered, and to be paid by bank transfer or cheque. WooCommerce's reports count it.
    "on-hold": "authorised",
    "completed": "paid",
    "refunded": "refunded",
    "failed": "failed",
    "cancelled": "cancelled",
    # Not a name of WooCommerce: a cancelled order that was paid. Its reports leave the order out, whatever was given
    # back. `failed` does the same; `cancelled` counts what was paid and not refunded.
    "cancelled_paid": "failed",
    # In the bin. Delivered only so that the night reads its day again, without it.
    "trash": "cancelled",
}


class StatusTable:
    """The statuses of one shop, and what it met that is not among them.

    Attributes:
        unknown: Ids of the orders met with a status that the table does not have, by that status.
    """

    def __init__(self, overrides: Mapping[str, str]) -> None:
        self._meanings = {**STATUSES, **overrides}
        self.unknown: dict[str, set[int]] = {}

    def of(self, order: Mapping[str, Any]) -> str:
        """The contract's status of an order; for an unknown one, a text that validation puts into quarantine."""
        raw = order["status"]
        name = "cancelled_paid" if raw == "cancelled" and (order["date_paid_gmt"] or order["refunds"]) else raw
        if name in self._meanings:
            return self._meanings[name]
        self.unknown.setdefault(raw, set()).add(order["id"])
        # Never the bare name: a shop's own status may be called like one of ours and mean something else.
        return f"unknown: {raw}"
