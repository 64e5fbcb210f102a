"""The contract's tables by day that belong to no order: each row has a business day of its own."""

from __future__ import annotations

from pipelines.contract.types import Column, Table

SOURCE_COUNTS = Table(
    "source_counts",
    ("entry",),
    (
        Column(
            "entry",
            "text",
            "`read` counts every money row that the source holds for the day. Any other entry counts rows among them "
            "that it does not deliver, and names the reason (`repeat`, `not_an_order: stock write-off`).",
            required=True,
        ),
        Column(
            "row_count",
            "integer",
            "Number of money rows (order lines, refund lines and changes to orders).",
            required=True,
        ),
        Column(
            "amount",
            "money",
            "Value of these rows, ex tax, in the currency of their order: lines, shipping, fees and changes to orders, "
            "less order discounts and refunds.",
            required=True,
        ),
    ),
    "One row per day and entry: the source's own count of the day, made independently of what it delivers. Empty if "
    "the source offers no count.",
    kept_by="own_day",
)
