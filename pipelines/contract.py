"""The shop-orders contract: every table, column, type, key and rule that a source must keep, declared once.

Sources cast to it, the landing writes it, the expectations are made from it, the warehouse creates `raw` from it,
and the documentation prints it. A rule that concerns one column stands here beside the column; rules between tables
(a line without its order, an order that does not add up) stand in `pipelines.validation.rules`.

Money is exact, in the currency of its order and without tax; refunds are positive numbers in their own table. What
stands in no order (products, dated costs, subscriptions, a credit note that names no order) is in the shop's currency.
Instants (`_at`) are UTC; dates (`_date`) are business days in the shop's own time zone.
"""

from __future__ import annotations

from pipelines.contract_types import DUCKDB_TYPES, EXTRACTED_AT, Column, ColumnType, Table

__all__ = [
    "COUNTED_AMOUNTS",
    "DAY_TABLES",
    "DUCKDB_TYPES",
    "EXTRACTED_AT",
    "KEYED_TABLES",
    "MONEY_ROW_TABLES",
    "ORDER_PARTS",
    "ORDER_TABLES",
    "PART_STAMPS",
    "TABLES",
    "Column",
    "ColumnType",
    "Table",
    "counted_amount",
]

ORDER_STATUSES = (
    *("draft", "pending", "authorised", "paid", "partially_refunded", "refunded", "cancelled", "expired", "failed"),
)
ORDER_TYPES = ("sale", "exchange", "replacement", "sample", "staff", "marketplace")
LINE_TYPES = ("product", "gift_card", "shipping", "fee", "tip", "duty", "deposit", "adjustment")
VOUCHER_KINDS = ("multi_purpose", "single_purpose")
REFUND_KINDS = ("line", "shipping", "amount", "adjustment", "chargeback")
REFUND_STATES = ("settled", "pending", "failed")
EDIT_KINDS = ("edit", "exchange")
TENDER_KINDS = (
    *("card", "bank_transfer", "direct_debit", "on_account", "cash"),
    *("gift_card", "store_credit", "loyalty_points", "other"),
)
TENDER_STATES = ("settled", "authorised", "pending", "failed")
COST_KINDS = (
    *("shipping", "fulfilment", "packaging", "payment_fee", "commission", "return_handling", "chargeback_fee"),
    *("service",),
)
SUBSCRIPTION_INTERVALS = ("week", "month", "quarter", "year")

ORDERS = Table(
    "orders",
    ("order_id",),
    (
        Column("order_id", "text", "The shop's own id of the order.", required=True),
        Column("order_number", "text", "The number the buyer sees."),
        Column("placed_at", "instant", "When the buyer placed the order.", required=True),
        Column("updated_at", "instant", "When the shop last changed the order or one of its parts."),
        Column("cancelled_at", "instant", "When the order was cancelled."),
        Column("status", "text", "State of the order, in the contract's words.", required=True, allowed=ORDER_STATUSES),
        Column("status_raw", "text", "State of the order in the shop's own words."),
        Column("customer_id", "text", "The account that placed the order; NULL for a guest."),
        Column("customer_email", "text", "The buyer's e-mail address.", is_email=True),
        Column(
            "currency",
            "text",
            "ISO 4217 code: the shop's own, or one that exchange_rates knows. All amounts of the order are in it.",
            required=True,
        ),
        Column(
            "total_gross_amount",
            "money",
            "What the shop says the buyer owed: tax included, before refunds.",
            required=True,
        ),
        Column("tax_amount", "money", "Tax on the whole order; NULL: the sum of the lines' tax.", minimum=0),
        Column("shipping_net_amount", "money", "Shipping charged, ex tax.", default="0"),
        Column("fee_net_amount", "money", "Fees charged (payment, gift wrap), ex tax.", default="0"),
        Column(
            "discount_net_amount",
            "money",
            "All discount on the order, ex tax: information, never subtracted.",
            default="0",
        ),
        Column(
            "undistributed_discount_net_amount",
            "money",
            "Order discount, ex tax, that the source does not spread over the lines.",
            default="0",
            minimum=0,
        ),
        Column("discount_codes", "text", "The codes that the buyer gave, separated by commas."),
        Column("prices_include_tax", "flag", "The shop's prices were shown with tax."),
        Column("sales_channel", "text", "Where the order was placed: web, pos, marketplace name."),
        Column("marketing_channel", "text", "What the shop credits the order to."),
        Column("country", "text", "ISO 3166 two-letter code of the delivery or invoice address."),
        Column("is_test", "flag", "A test order by the shop's own mark.", default="false"),
        Column("order_type", "text", "What kind of order it is.", default="'sale'", allowed=ORDER_TYPES),
        Column("tags", "text", "The shop's tags on the order, separated by commas."),
        Column("original_order_id", "text", "The order that an exchange or replacement belongs to."),
        Column("confirmed_at", "instant", "When a payment on account was authorised or the order confirmed."),
        Column("paid_at", "instant", "When the order was paid in full."),
        Column("fulfilled_at", "instant", "When the goods left the shop; NULL: not yet, or nobody knows."),
        Column("is_reverse_charge", "flag", "Tax is owed by the business that bought (EU B2B).", default="false"),
    ),
    "One row per order.",
    is_compulsory=True,
)

ORDER_LINES = Table(
    "order_lines",
    ("order_id", "line_id"),
    (
        Column("order_id", "text", "The order the line belongs to.", required=True),
        Column("line_id", "text", "Id of the line within its order.", required=True),
        Column("product_id", "text", "The shop's own id of the product."),
        Column("variant_id", "text", "The shop's own id of the variant."),
        Column("sku", "text", "Stock keeping unit."),
        Column("title", "text", "The article's name on the order."),
        Column("category", "text", "The article's main category."),
        Column("quantity", "quantity", "Pieces (or kilos, metres) sold; never 0.", required=True),
        Column("list_net_amount", "money", "Line value before discount, ex tax; NULL: net + discount."),
        Column("discount_net_amount", "money", "Discount on the line, ex tax.", default="0", minimum=0),
        Column("net_amount", "money", "Line value after line discount, ex tax.", required=True),
        Column("tax_amount", "money", "Tax on the line.", default="0"),
        Column("unit_cost_amount", "money", "What one piece cost the shop.", minimum=0),
        Column("line_type", "text", "What kind of thing the line sells.", default="'product'", allowed=LINE_TYPES),
        Column("subscription_id", "text", "The subscription that the line starts or renews."),
        Column("delivery_count", "integer", "Deliveries that the line is paid for in advance.", default="1", minimum=1),
        Column(
            "delivery_interval",
            "text",
            "Time between them; NULL: a month.",
            allowed=SUBSCRIPTION_INTERVALS,
        ),
        Column("selling_plan", "text", "The platform's plan that sells the line again and again."),
        Column("tax_rate", "rate", "Rate of the line's tax: 0.21.", minimum=0),
        Column(
            "voucher_kind",
            "text",
            "Of a gift card: taxed when it pays (multi_purpose) or when it is sold (single_purpose).",
            allowed=VOUCHER_KINDS,
        ),
    ),
    "One row per line of an order.",
    is_compulsory=True,
)

REFUNDS = Table(
    "refunds",
    ("refund_id", "refund_line_no"),
    (
        Column("refund_id", "text", "The shop's own id of the refund or credit note.", required=True),
        Column("refund_line_no", "integer", "Number of the line within the refund.", default="1"),
        Column("order_id", "text", "The order refunded; NULL when the credit note names none."),
        Column("customer_id", "text", "The account refunded, where the credit note names it."),
        Column("line_id", "text", "The order line refunded, where known."),
        Column("sku", "text", "The article refunded, where known."),
        Column("refunded_at", "instant", "When the money went back.", required=True),
        Column("is_date_known", "flag", "False: the source dates the refund by its order.", default="true"),
        Column("quantity", "quantity", "Pieces taken back."),
        Column("net_amount", "money", "Merchandise refunded, ex tax; a positive number.", required=True, minimum=0),
        Column("tax_amount", "money", "Tax refunded; a positive number.", default="0", minimum=0),
        Column("shipping_net_amount", "money", "Shipping refunded, ex tax; a positive number.", default="0", minimum=0),
        Column("kind", "text", "What the refund is for.", default="'line'", allowed=REFUND_KINDS),
        Column("state", "text", "Whether the money has gone back.", default="'settled'", allowed=REFUND_STATES),
        Column("is_restocked", "flag", "The goods went back on the shelf."),
        Column("is_store_credit", "flag", "Given back as store credit, not as money.", default="false"),
        Column("reason", "text", "The shop's reason."),
    ),
    "One row per line of a refund.",
)

ORDER_EDITS = Table(
    "order_edits",
    ("order_id", "edit_id"),
    (
        Column("order_id", "text", "The order that was changed.", required=True),
        Column("edit_id", "text", "Id of the change within its order.", required=True),
        Column("edited_at", "instant", "When it was changed.", required=True),
        Column("kind", "text", "Added or taken out, or given in exchange.", default="'edit'", allowed=EDIT_KINDS),
        Column("line_id", "text", "The order line changed; NULL for an article that came new."),
        Column("product_id", "text", "The shop's own id of the product."),
        Column("sku", "text", "Stock keeping unit."),
        Column("category", "text", "The article's main category."),
        Column("quantity", "quantity", "Pieces added; negative: taken out."),
        Column("net_amount", "money", "What the change adds to the order, ex tax; negative: takes off.", required=True),
        Column("tax_amount", "money", "Tax that the change adds.", default="0"),
        Column("is_restocked", "flag", "Goods taken out went back on the shelf."),
    ),
    "One row per change to an order after it was placed; the order and its lines stay as they were placed.",
)

TAX_LINES = Table(
    "tax_lines",
    ("order_id", "tax_line_no"),
    (
        Column("order_id", "text", "The order taxed.", required=True),
        Column("tax_line_no", "integer", "Number of the tax line within its order.", required=True),
        Column("line_id", "text", "The order line taxed; NULL for shipping or the order as a whole."),
        Column("tax_rate", "rate", "0.21 for 21 %.", required=True, minimum=0),
        Column("country", "text", "The country that gets the tax, ISO 3166 two-letter code."),
        Column("tax_amount", "money", "The tax at this rate.", required=True),
    ),
    "One row per rate of tax in an order, where the shop keeps them apart; they add up to the order's tax.",
)

PAYMENTS = Table(
    "payments",
    ("order_id", "payment_id"),
    (
        Column("order_id", "text", "The order paid for.", required=True),
        Column("payment_id", "text", "Id of the payment within its order.", required=True),
        Column("kind", "text", "What was paid with.", required=True, allowed=TENDER_KINDS),
        Column("gateway", "text", "The payment provider or method in the shop's words."),
        Column("amount", "money", "What was paid, tax included.", required=True, minimum=0),
        Column("state", "text", "Whether the money has come in.", default="'settled'", allowed=TENDER_STATES),
        Column("paid_at", "instant", "When it came in, or for a voucher, when it was used."),
        Column("fee_amount", "money", "What the payment provider charged the shop, ex tax.", minimum=0),
    ),
    "One row per payment of an order: money, gift cards, store credit, points.",
)

ORDER_COSTS = Table(
    "order_costs",
    ("order_id", "cost_id"),
    (
        Column("order_id", "text", "The order that caused the cost.", required=True),
        Column("cost_id", "text", "Id of the cost within its order.", required=True),
        Column("kind", "text", "What was paid for.", required=True, allowed=COST_KINDS),
        Column("amount", "money", "What it cost the shop, ex tax; negative: given back.", required=True),
        Column("booked_at", "instant", "When it was booked; NULL: with the order."),
    ),
    "One row per cost of an order beside its goods.",
)

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
    "The source's own count of a day, made apart from its delivery: one row per day and entry.",
)

CUSTOMERS = Table(
    "customers",
    ("customer_id",),
    (
        Column("customer_id", "text", "The shop's own id of the account.", required=True),
        Column("created_at", "instant", "When the account was made."),
        Column("email", "text", "The account's e-mail address.", is_email=True),
        Column("country", "text", "ISO 3166 two-letter code."),
        Column("accepts_marketing", "flag", "The customer said yes to marketing."),
        Column("is_business", "flag", "A company account.", default="false"),
        Column("company_id", "text", "The company account this contact buys for."),
        Column("updated_at", "instant", "When the shop last changed the account."),
    ),
    "One row per account.",
    by_day=False,
)

CUSTOMER_ALIASES = Table(
    "customer_aliases",
    ("old_customer_id",),
    (
        Column("old_customer_id", "text", "The id that is no longer used.", required=True),
        Column("surviving_customer_id", "text", "The id that took its place.", required=True),
        Column("merged_at", "instant", "When the accounts were merged."),
        Column("origin", "text", "Who merged them.", default="'merge'", allowed=("merge", "config")),
    ),
    "One row per account that was merged into another.",
    by_day=False,
)

PRODUCTS = Table(
    "products",
    ("product_id", "variant_id"),
    (
        Column("product_id", "text", "The shop's own id of the product.", required=True),
        Column("variant_id", "text", "The shop's own id of the variant.", default="''"),
        Column("sku", "text", "Stock keeping unit."),
        Column("title", "text", "The article's name today."),
        Column("category", "text", "The article's main category today."),
        Column("unit_cost_amount", "money", "What one piece costs the shop today.", minimum=0),
        Column("cost_valid_from", "date", "First day of that cost."),
        Column("is_active", "flag", "On sale today."),
    ),
    "One row per product variant.",
    by_day=False,
)

PRODUCT_COSTS = Table(
    "product_costs",
    ("product_id", "variant_id", "valid_from_date"),
    (
        Column("product_id", "text", "The shop's own id of the product.", required=True),
        Column("variant_id", "text", "The shop's own id of the variant.", default="''"),
        Column("valid_from_date", "date", "First day of this cost.", required=True),
        Column(
            "unit_cost_amount", "money", "What one piece costs the shop from that day on.", required=True, minimum=0
        ),
    ),
    "One row per cost of a product variant over time.",
    by_day=False,
)

EXCHANGE_RATES = Table(
    "exchange_rates",
    ("currency", "rate_date"),
    (
        Column("currency", "text", "ISO 4217 code of the other currency.", required=True),
        Column("rate_date", "date", "Day of the rate; it holds until the next one.", required=True),
        Column("rate", "rate", "Units of the shop's currency for one of the other.", required=True, minimum=0),
    ),
    "One row per other currency and day of a reference rate.",
    by_day=False,
)

SUBSCRIPTIONS = Table(
    "subscriptions",
    ("subscription_id",),
    (
        Column("subscription_id", "text", "The shop's own id of the subscription.", required=True),
        Column("customer_id", "text", "The account that holds it."),
        Column("plan", "text", "What is subscribed to; plans are judged apart.", required=True),
        Column("started_at", "instant", "When the first payment was made.", required=True),
        Column("cancelled_at", "instant", "When it was cancelled; NULL while it runs."),
        Column("interval", "text", "Time between payments.", required=True, allowed=SUBSCRIPTION_INTERVALS),
        Column("net_amount", "money", "One payment, ex tax.", required=True, minimum=0),
        Column("updated_at", "instant", "When the shop last changed the subscription."),
    ),
    "One row per subscription.",
    by_day=False,
)

TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        *(ORDERS, ORDER_LINES, REFUNDS, ORDER_EDITS, TAX_LINES, PAYMENTS, ORDER_COSTS, SOURCE_COUNTS),
        *(CUSTOMERS, CUSTOMER_ALIASES, PRODUCTS, PRODUCT_COSTS, EXCHANGE_RATES, SUBSCRIPTIONS),
    )
}
DAY_TABLES = [table for table in TABLES.values() if table.by_day]
KEYED_TABLES = [table for table in TABLES.values() if not table.by_day]

# An order and all that belongs to it: read, changed and kept back together. Only a refund may name no order.
ORDER_TABLES = [table for table in DAY_TABLES if table is not SOURCE_COUNTS]
ORDER_PARTS = [table for table in ORDER_TABLES if table is not ORDERS]

# When a part of an order came about; the parts without an instant of their own come with the order.
PART_STAMPS = {
    "refunds": "refunded_at",
    "order_edits": "edited_at",
    "payments": "paid_at",
    "order_costs": "booked_at",
}

# What a row is worth in the source's own count, column by column with its sign; rows of other tables are worth nothing.
COUNTED_AMOUNTS: dict[str, dict[str, int]] = {
    "orders": {"shipping_net_amount": 1, "fee_net_amount": 1, "undistributed_discount_net_amount": -1},
    "order_lines": {"net_amount": 1},
    "refunds": {"net_amount": -1, "shipping_net_amount": -1},
    "order_edits": {"net_amount": 1},
}
# The tables whose rows it counts; an order itself is no money row.
MONEY_ROW_TABLES = [table for table in ORDER_PARTS if table.name in COUNTED_AMOUNTS]


def counted_amount(table_name: str, prefix: str = "") -> str:
    """SQL for what a row of the table is worth in the source's own count.

    Args:
        table_name: A contract table.
        prefix: Of the columns: `rows.`, or nothing.
    """
    signed = COUNTED_AMOUNTS.get(table_name, {}).items()
    return " ".join(f"{'+' if sign > 0 else '-'} coalesce({prefix}{column}, 0)" for column, sign in signed) or "0"
