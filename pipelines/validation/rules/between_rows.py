"""The rules between columns, rows and tables, and the comparison with the source's own count.

Most of them look at helper columns (`adds_up`, `has_order`, ...), which `pipelines.validation.frames` computes in SQL.
"""

from __future__ import annotations

from pipelines.validation.rules.refunded_orders import REFUNDED_ORDERS
from pipelines.validation.rules.rule import CORRECT, CORRECT_DATE, NEXT_NIGHT, Rule, is_true

_ORDERS = (
    is_true(
        "orders",
        "order_adds_up",
        "adds_up",
        # Shops round each line, the shipping and the tax to the cent separately.
        "total_gross_amount is the sum of the order's lines, tax, shipping and fees, less its undistributed discount; "
        "it may differ by 0.01 x (lines + 2).",
        "quarantine",
        f"Compare the order with the shop's own page of it: a line is missing, doubled or changed. {NEXT_NIGHT}",
        ("total_gross_amount", "concat(total_gross_amount, ', but its parts add up to ', parts_amount)"),
    ),
    is_true(
        "orders",
        "tax_lines_add_up",
        "tax_lines_add_up",
        # Shops round the tax of each rate to the cent, and the order's tax separately. Only a warning: tax is no
        # part of revenue, and its split by rate changes no other figure.
        "If an order has tax lines, they add up to its tax; they may differ by 0.01 x (tax lines + 1).",
        "warn",
        "Check whether the export leaves out a tax rate or the tax on shipping. Tax by rate is off by the difference.",
        ("tax_amount", "concat(order_tax_amount, ', but its tax lines add up to ', tax_lines_amount)"),
    ),
    is_true(
        "orders",
        "placed_not_in_future",
        "is_not_in_future",
        "No order is dated later than today in the shop's time zone.",
        "quarantine",
        CORRECT_DATE,
        ("placed_at", ""),
    ),
    is_true(
        "orders",
        "paid_not_in_future",
        "is_not_paid_in_future",
        "No order is confirmed or paid later than today in the shop's time zone.",
        "quarantine",
        CORRECT_DATE,
        ("paid_at", "greatest(confirmed_at, paid_at)"),
    ),
    is_true(
        "orders",
        "order_has_lines",
        "has_lines",
        "Every order has at least one line.",
        "warn",
        "Nothing, if the shop keeps orders whose lines were all removed. Otherwise find out why no lines came with it.",
        ("order_id", ""),
    ),
)

_LINES = (
    is_true(
        "order_lines",
        "line_has_order",
        "has_order",
        "Every line comes with its order, on the order's day.",
        "quarantine",
        f"Deliver the order, or remove its lines from the export. {NEXT_NIGHT}",
        ("order_id", ""),
    ),
    Rule(
        "order_lines",
        "quantity_not_zero",
        "No line has a quantity of 0.",
        "quarantine",
        CORRECT,
        "not_in_set",
        "quantity",
        (0,),
    ),
    is_true(
        "order_lines",
        "line_discount_adds_up",
        "discount_adds_up",
        # One amount is rounded to the cent.
        "If a line has list_net_amount, it is net_amount + discount_net_amount; it may differ by 0.01.",
        "warn",
        "Check how the source computes the price before discount. Gross sales and discounts are off by the difference.",
        (
            "list_net_amount",
            "concat(list_net_amount, ', but net and discount add up to ', net_amount + discount_net_amount)",
        ),
    ),
    is_true(
        "order_lines",
        "line_not_repeated",
        "is_not_repeated",
        "No order has two lines with the same article, quantity and amount under different line ids.",
        "warn",
        "Nothing, if buyers do add an article twice. Otherwise look for a join in the export that doubles lines.",
        ("line_id", "concat_ws(', ', sku, quantity, net_amount)"),
    ),
)

_REFUNDS = (
    is_true(
        "refunds",
        "refund_after_order",
        "is_after_order",
        "No refund is dated earlier than its order.",
        "warn",
        "Correct the date in the shop or in its export. Until then the refund counts on the day of its order.",
        ("refunded_at", "concat(refunded_at, ', but the order is of ', order_date)"),
    ),
    is_true(
        "refunds",
        "refund_has_order",
        "has_order",
        "Every refund that names an order comes with that order, on the order's day.",
        "quarantine",
        f"Deliver the order, or leave order_id empty if the credit note names none. {NEXT_NIGHT}",
        ("order_id", ""),
    ),
    is_true(
        "refunds",
        "refunded_not_in_future",
        "is_not_in_future",
        "No refund is dated later than today in the shop's time zone.",
        "quarantine",
        CORRECT_DATE,
        ("refunded_at", ""),
    ),
)


def _has_order(table: str, name: str, what: str) -> Rule:
    return is_true(
        table,
        f"{name}_has_order",
        "has_order",
        f"Every {what} comes with its order, on the order's day.",
        "quarantine",
        f"Deliver the order, or remove its rows from {table}. {NEXT_NIGHT}",
        ("order_id", ""),
    )


_OTHER_PARTS = (
    _has_order("order_edits", "edit", "change to an order"),
    is_true(
        "order_edits",
        "edit_after_order",
        "is_after_order",
        "No change to an order is dated earlier than the order.",
        "warn",
        "Correct the date in the shop or in its export. Until then the change counts on the day of its order.",
        ("edited_at", "concat(edited_at, ', but the order is of ', order_date)"),
    ),
    is_true(
        "order_edits",
        "edited_not_in_future",
        "is_not_in_future",
        "No change to an order is dated later than today in the shop's time zone.",
        "quarantine",
        CORRECT_DATE,
        ("edited_at", ""),
    ),
    _has_order("tax_lines", "tax_line", "tax line"),
    _has_order("payments", "payment", "payment"),
    is_true(
        "payments",
        "paid_not_in_future",
        "is_not_in_future",
        "No payment is dated later than today in the shop's time zone.",
        "quarantine",
        CORRECT_DATE,
        ("paid_at", ""),
    ),
    _has_order("order_costs", "cost", "cost"),
    is_true(
        "order_costs",
        "booked_not_in_future",
        "is_not_in_future",
        # Only a warning: bookkeepers date costs at the end of the month, and a cost must not hold its order's revenue
        # back.
        "No cost is booked later than today in the shop's time zone.",
        "warn",
        "Nothing, if the books date costs ahead: a cost counts from its date on. Otherwise correct the date.",
        ("booked_at", ""),
    ),
)

_KEYED = (
    Rule(
        "exchange_rates",
        "rate_not_zero",
        "No exchange rate is 0.",
        "quarantine",
        "Correct it in the export. Until then the previous rate applies.",
        "not_in_set",
        "rate",
        (0,),
    ),
)

ROW_RULES = (*_ORDERS, *REFUNDED_ORDERS, *_LINES, *_REFUNDS, *_OTHER_PARTS, *_KEYED)

_COUNT_ADVICE = (
    "The delivery is incomplete or doubled. Read the day again: in the UI, materialise `landing` for that day. If the "
    "counts still differ, compare the source's count with its rows."
)

COUNT_RULES = (
    is_true(
        "source_counts",
        "day_is_counted",
        "is_counted",
        "The source gives a count of its own for each day.",
        "warn",
        "Nothing, if the shop's system offers no count. Missing or doubled rows then go unnoticed: compare the figures "
        "with the shop's own reports.",
        ("row_count", "concat(landed_rows, ' landed, not counted by the source')"),
    ),
    Rule(
        "source_counts",
        "rows_match_source",
        "Each day that the source counts has as many order lines, refunds and changes to orders as it says.",
        "reject",
        _COUNT_ADVICE,
        "in_set",
        "row_difference",
        (0,),
        "row_count",
        "concat(landed_rows, ' landed, the source counts ', counted_rows)",
    ),
    is_true(
        "source_counts",
        "amount_matches_source",
        "is_same_amount",
        "On each day that the source counts, lines, changes, shipping and fees, less discounts and refunds, add up to "
        "its total.",
        "reject",
        _COUNT_ADVICE,
        ("amount", "concat(landed_amount, ' landed, the source counts ', counted_amount)"),
    ),
)
