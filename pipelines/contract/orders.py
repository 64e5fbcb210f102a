"""The contract's orders and all that belongs to one: lines, refunds, changes, tax, payments, costs. By order day."""

from __future__ import annotations

from pipelines.contract.types import INTERVALS, Column, Table

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
            allowed=INTERVALS,
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
