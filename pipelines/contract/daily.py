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
            "`read`: every money row the source holds for the day; any other word: rows of `read` that are not "
            "delivered, and why (`repeat`, `not_an_order: stock write-off`).",
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
            "Their value ex tax, each in its order's own currency: lines, shipping, fees and changes to orders, less "
            "order discounts and refunds.",
            required=True,
        ),
    ),
    "The source's own count of a day, made apart from its delivery: one row per day and entry; none if the source "
    "offers no count.",
    kept_by="own_day",
)
