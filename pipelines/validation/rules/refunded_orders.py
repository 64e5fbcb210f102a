"""Rules about orders whose status says that money went back, and the refunds that should tell how much."""

from __future__ import annotations

from pipelines.validation.rules.rule import NEXT_NIGHT, is_true

REFUNDED_ORDERS = (
    is_true(
        "orders",
        "refund_tells_how_much",
        "is_refund_told",
        "If an order's status says that it was refunded, in full or in part, a refund tells how much.",
        "warn",
        "Export the refunds. Until then a refunded order counts as given back in full on the day of its last change, "
        "or as definitions.refunded_without_refund says; one that is partially_refunded keeps all of its money.",
        ("status", ""),
    ),
    is_true(
        "orders",
        "refunded_has_refund",
        "is_refunded_with_refund",
        'A refunded order comes with a refund, where definitions.refunded_without_refund is "quarantine".',
        "quarantine",
        f'Export its refunds, or set definitions.refunded_without_refund to "full" or "keep". {NEXT_NIGHT}',
        ("status", ""),
    ),
    is_true(
        "orders",
        "refunded_in_full",
        "is_refunded_in_full",
        # Shops round each amount of a refund to the cent separately.
        "If an order is refunded and refunds tell how much, they come to what it owed; they may be 0.01 x "
        "(lines + 2) less.",
        "warn",
        "Nothing, if the shop keeps a fee for returns. Otherwise look for a refund that the export leaves out: revenue "
        "is too high by it.",
        ("status", "concat(owed_amount, ' owed, but refunds come to ', refunded_amount)"),
    ),
    is_true(
        "orders",
        "cancelled_has_refund",
        "is_cancelled_with_refund",
        "A paid order that was cancelled comes with a refund.",
        "warn",
        "Export the refund, if the money went back. Until then the order's money counts.",
        ("status", ""),
    ),
)
