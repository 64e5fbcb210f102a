"""What each status of an order means for revenue, in words; `core.order_states` decides it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.contract.orders import ORDER_STATUSES

if TYPE_CHECKING:
    from pipelines.settings.definitions import Definitions

_PAID = "revenue from its day; refunds are subtracted"
_MEANINGS = {
    "draft": "no revenue",
    "failed": "no revenue",
    "expired": "no revenue",
    "cancelled": "no revenue; if it was paid, revenue and its refund",
    "paid": _PAID,
    "partially_refunded": _PAID,
}
# By `definitions.refunded_without_refund`.
_REFUNDED_WITHOUT_REFUND = {
    "full": "it counts as given back in full on the day of its last change",
    "keep": "its money is kept",
    "quarantine": "it is kept back",
}


def meaning(status: str | None, definitions: Definitions) -> str:
    """What an order in this status is to the shop's figures; a status that the contract does not know is kept back."""
    if status in _MEANINGS:
        return _MEANINGS[status]
    if status not in ORDER_STATUSES:
        return "unknown: the order is kept back"
    if status == "refunded":
        return f"{_PAID}; without one, {_REFUNDED_WITHOUT_REFUND[definitions.refunded_without_refund]}"
    if status in definitions.unpaid_valid_statuses:
        return f"revenue from its day, until it is {definitions.unpaid_expires_after_days} days old and still unpaid"
    return "no revenue until it is paid or confirmed"
