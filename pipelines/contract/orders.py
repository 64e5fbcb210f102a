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
PAYMENT_KINDS = (
    *("card", "bank_transfer", "direct_debit", "on_account", "cash"),
    *("gift_card", "store_credit", "loyalty_points", "other"),
)
PAYMENT_STATES = ("settled", "authorised", "pending", "failed")
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
        Column("status", "text", "Status of the order.", required=True, allowed=ORDER_STATUSES),
        Column("status_raw", "text", "Status of the order as the shop itself calls it."),
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
            "What the buyer owed according to the shop, with tax and shipping, before refunds.",
            required=True,
        ),
        Column("tax_amount", "money", "Tax on the whole order; NULL: the sum of the lines' tax.", minimum=0),
        Column("shipping_net_amount", "money", "Shipping charged, ex tax.", default="0"),
        Column("fee_net_amount", "money", "Fees charged (payment, gift wrap), ex tax.", default="0"),
        Column(
            "discount_net_amount",
            "money",
            "All discounts on the order, ex tax. For information only: it is never subtracted.",
            default="0",
        ),
        Column(
            "undistributed_discount_net_amount",
            "money",
            "Discount on the whole order, ex tax, that is not in the lines' discounts yet.",
            default="0",
            minimum=0,
        ),
        Column("discount_codes", "text", "Discount codes that the buyer used, separated by commas."),
        Column("prices_include_tax", "flag", "The shop showed its prices with tax."),
        Column("sales_channel", "text", "Where the order was placed: web, pos, marketplace name."),
        Column("marketing_channel", "text", "Marketing channel to which the shop credits the order."),
        Column("country", "text", "ISO 3166 two-letter code of the delivery or invoice address."),
        Column("is_test", "flag", "The shop marks the order as a test.", default="false"),
        Column("order_type", "text", "Kind of order.", default="'sale'", allowed=ORDER_TYPES),
        Column("tags", "text", "The shop's tags on the order, separated by commas."),
        Column("original_order_id", "text", "The order that an exchange or replacement belongs to."),
        Column("confirmed_at", "instant", "When the order was confirmed, or payment on account authorised."),
        Column("paid_at", "instant", "When the order was paid in full."),
        Column(
            "fulfilled_at",
            "instant",
            "When the goods left the shop; NULL if they have not, or if the shop does not say.",
        ),
        Column("is_reverse_charge", "flag", "The business that bought owes the tax (EU B2B).", default="false"),
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
        Column("quantity", "quantity", "Pieces (or kilos, metres) ordered; never 0.", required=True),
        Column(
            "list_net_amount",
            "money",
            "Value of the line at list price, before discount, ex tax; NULL: net plus discount.",
        ),
        Column("discount_net_amount", "money", "Discount on the line, ex tax.", default="0", minimum=0),
        Column("net_amount", "money", "Value of the line after its own discount, ex tax.", required=True),
        Column("tax_amount", "money", "Tax on the line.", default="0"),
        Column("unit_cost_amount", "money", "What one piece cost the shop.", minimum=0),
        Column("line_type", "text", "What the line sells.", default="'product'", allowed=LINE_TYPES),
        Column("subscription_id", "text", "The subscription that the line starts or renews."),
        Column(
            "delivery_count",
            "integer",
            "Number of deliveries that the line pays for in advance, the first with the order.",
            default="1",
            minimum=1,
        ),
        Column(
            "delivery_interval",
            "text",
            "Time between two deliveries of a line paid in advance; NULL: a month.",
            allowed=INTERVALS,
        ),
        Column("selling_plan", "text", "The platform's subscription plan for the line."),
        Column("tax_rate", "rate", "Tax rate of the line: 0.21 for 21 %.", minimum=0),
        Column(
            "voucher_kind",
            "text",
            "When a gift card is taxed: when it is used to pay (multi_purpose) or when it is sold (single_purpose).",
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
        Column(
            "is_order_before_start",
            "flag",
            "The order was placed before the shop's first day and is not delivered; the refund is on its own day.",
            default="false",
        ),
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
        Column("is_store_credit", "flag", "Refunded as store credit, not as money.", default="false"),
        Column("reason", "text", "The shop's reason for the refund."),
    ),
    "One row per line of a refund.",
)

ORDER_EDITS = Table(
    "order_edits",
    ("order_id", "edit_id"),
    (
        Column("order_id", "text", "The order that was changed.", required=True),
        Column("edit_id", "text", "Id of the change within its order.", required=True),
        Column("edited_at", "instant", "When the order was changed.", required=True),
        Column(
            "kind",
            "text",
            "Goods added or removed (edit), or one given for another (exchange).",
            default="'edit'",
            allowed=EDIT_KINDS,
        ),
        Column("line_id", "text", "The order line changed; NULL for an article that was not on the order before."),
        Column("product_id", "text", "The shop's own id of the product."),
        Column("sku", "text", "Stock keeping unit."),
        Column("category", "text", "The article's main category."),
        Column("quantity", "quantity", "Pieces added; negative if they were removed."),
        Column(
            "net_amount", "money", "What the change adds to the order, ex tax; negative if it lowers it.", required=True
        ),
        Column("tax_amount", "money", "Tax that the change adds to the order; negative if it lowers it.", default="0"),
        Column("is_restocked", "flag", "The goods removed went back on the shelf."),
    ),
    "One row per change to an order after it was placed. The order and its lines stay as they were when placed.",
)

TAX_LINES = Table(
    "tax_lines",
    ("order_id", "tax_line_no"),
    (
        Column("order_id", "text", "The order taxed.", required=True),
        Column("tax_line_no", "integer", "Number of the tax line within its order.", required=True),
        Column("line_id", "text", "The order line taxed; NULL for shipping or the order as a whole."),
        Column("tax_rate", "rate", "Tax rate: 0.21 for 21 %.", required=True, minimum=0),
        Column("country", "text", "The country that gets the tax, ISO 3166 two-letter code."),
        Column("tax_amount", "money", "Tax at this rate.", required=True),
    ),
    "One row per tax rate in an order, if the shop records them separately; they add up to the order's tax.",
)

PAYMENTS = Table(
    "payments",
    ("order_id", "payment_id"),
    (
        Column("order_id", "text", "The order paid for.", required=True),
        Column("payment_id", "text", "Id of the payment within its order.", required=True),
        Column("kind", "text", "Means of payment.", required=True, allowed=PAYMENT_KINDS),
        Column("gateway", "text", "Payment provider or method, as the shop calls it."),
        Column("amount", "money", "What was paid, tax included.", required=True, minimum=0),
        Column("state", "text", "Whether the money has come in.", default="'settled'", allowed=PAYMENT_STATES),
        Column("paid_at", "instant", "When the money came in or the voucher was used."),
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
        Column("kind", "text", "What the cost was for.", required=True, allowed=COST_KINDS),
        Column("amount", "money", "Cost to the shop, ex tax; negative if it was given back.", required=True),
        Column("booked_at", "instant", "When the cost was booked; NULL: when the order was placed."),
    ),
    "One row per cost of an order other than the goods themselves.",
)
