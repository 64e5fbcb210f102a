"""The rules between columns, rows and tables, and those of the source's own count: declared once, in plain words.

They look at helper columns (`adds_up`, `has_order`, ...) that `pipelines.validation.frames` computes exactly, in SQL.
"""

from __future__ import annotations

from pipelines.validation.rules.rule import CORRECT, CORRECT_DATE, NEXT_NIGHT, Rule, is_true

_ORDERS = (
    is_true(
        "orders",
        "order_adds_up",
        "adds_up",
        # Each amount of an order may be rounded to the cent on its own: its lines, its shipping and its tax.
        "total_gross_amount = lines + tax + shipping + fees - undistributed discount, up to 0.01 x (lines + 2).",
        "quarantine",
        f"Compare the order with the shop's own page of it: a line is missing, doubled or changed. {NEXT_NIGHT}",
        ("total_gross_amount", "concat(total_gross_amount, ', but its parts make ', parts_amount)"),
    ),
    is_true(
        "orders",
        "tax_lines_add_up",
        "tax_lines_add_up",
        # The tax of each rate may be rounded to the cent on its own, and the order's tax once more. A warning only: the
        # order's tax is outside revenue, and its split by rate moves nothing else.
        "The tax lines of an order, where it has any, add up to its tax, up to 0.01 x (tax lines + 1).",
        "warn",
        "Look whether the export leaves out a rate, or the tax on shipping: tax by rate is off by the same.",
        ("tax_amount", "concat(order_tax_amount, ', but its tax lines make ', tax_lines_amount)"),
    ),
    is_true(
        "orders",
        "placed_not_in_future",
        "is_not_in_future",
        "No order is placed later than today in the shop's zone.",
        "quarantine",
        CORRECT_DATE,
        ("placed_at", ""),
    ),
    is_true(
        "orders",
        "paid_not_in_future",
        "is_not_paid_in_future",
        "No order is confirmed or paid later than today in the shop's zone.",
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
        "Nothing, if the shop keeps orders whose lines were all taken out; else see why their lines are not delivered.",
        ("order_id", ""),
    ),
)

_LINES = (
    is_true(
        "order_lines",
        "line_has_order",
        "has_order",
        "Every line belongs to an order of its day.",
        "quarantine",
        f"Deliver the order, or take its lines out. {NEXT_NIGHT}",
        ("order_id", ""),
    ),
    Rule(
        "order_lines",
        "quantity_not_zero",
        "No line has the quantity 0.",
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
        # One amount rounded to the cent.
        "list_net_amount, where given, is net_amount + discount_net_amount, up to 0.01.",
        "warn",
        "Look at how the source works out the price before discount: gross sales and discounts are off by the same.",
        (
            "list_net_amount",
            "concat(list_net_amount, ', but net and discount make ', net_amount + discount_net_amount)",
        ),
    ),
    is_true(
        "order_lines",
        "line_not_repeated",
        "is_not_repeated",
        "No order has two lines of the same article, quantity and amount under different line ids.",
        "warn",
        "Nothing, if buyers do add an article twice; else look for a join that doubles lines in the export.",
        ("line_id", "concat_ws(', ', sku, quantity, net_amount)"),
    ),
)

_REFUNDS = (
    is_true(
        "refunds",
        "refund_has_order",
        "has_order",
        "Every refund that names an order lies on the day of that order.",
        "quarantine",
        f"Deliver the order, or leave order_id empty if the credit note names none. {NEXT_NIGHT}",
        ("order_id", ""),
    ),
    is_true(
        "refunds",
        "refunded_not_in_future",
        "is_not_in_future",
        "No refund is dated later than today in the shop's zone.",
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
        f"Every {what} belongs to an order of its day.",
        "quarantine",
        f"Deliver the order, or take its rows out of {table}. {NEXT_NIGHT}",
        ("order_id", ""),
    )


_OTHER_PARTS = (
    _has_order("order_edits", "edit", "change"),
    is_true(
        "order_edits",
        "edited_not_in_future",
        "is_not_in_future",
        "No order is changed later than today in the shop's zone.",
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
        "No payment is dated later than today in the shop's zone.",
        "quarantine",
        CORRECT_DATE,
        ("paid_at", ""),
    ),
    _has_order("order_costs", "cost", "cost"),
    is_true(
        "order_costs",
        "booked_not_in_future",
        "is_not_in_future",
        # Books close at the end of a month, and a cost must not take its order's revenue out.
        "No cost is booked later than today in the shop's zone.",
        "warn",
        "Nothing, if the books date costs ahead: they count from that day on. Else correct the date.",
        ("booked_at", ""),
    ),
)

_KEYED = (
    Rule(
        "exchange_rates",
        "rate_not_zero",
        "No exchange rate is 0.",
        "quarantine",
        "Correct it in the export; until then the rate before it holds.",
        "not_in_set",
        "rate",
        (0,),
    ),
)

ROW_RULES = (*_ORDERS, *_LINES, *_REFUNDS, *_OTHER_PARTS, *_KEYED)

_COUNT_ADVICE = (
    "The delivery is incomplete or doubled: read the day again (materialise `landing` for it in the UI). If it "
    "stays, compare the source's count with its rows."
)

COUNT_RULES = (
    Rule(
        "source_counts",
        "rows_match_source",
        "Each day has as many order lines, refunds and changes to orders as the source itself counts.",
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
        "Each day's lines, changes, shipping and fees less discounts and refunds are worth what the source says.",
        "reject",
        _COUNT_ADVICE,
        ("amount", "concat(landed_amount, ' landed, the source counts ', counted_amount)"),
    ),
)
