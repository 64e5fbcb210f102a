"""The shop-orders contract: every table, column, type, key and rule that a source must keep, declared once.

Sources cast to it, the landing writes it, the expectations are made from it, the warehouse creates `raw` from it,
and the documentation prints it. A rule that concerns one column stands here beside the column; rules between tables
(a line without its order, an order that does not add up) stand in `pipelines.validation.rules`.

Money is exact, in the shop's currency and without tax; refunds are positive numbers in their own table. Instants
(`_at`) are UTC; dates (`_date`) are business days in the shop's own time zone.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import pyarrow as pa

ColumnType = Literal["text", "money", "quantity", "integer", "instant", "date", "flag"]

DUCKDB_TYPES: dict[ColumnType, str] = {
    "text": "VARCHAR",
    # Four decimals: prices with three are common (unit prices, VAT taken out of a consumer price).
    "money": "DECIMAL(18,4)",
    "quantity": "DECIMAL(18,4)",
    "integer": "BIGINT",
    "instant": "TIMESTAMP",
    "date": "DATE",
    "flag": "BOOLEAN",
}


@dataclass(frozen=True)
class Column:
    """One column of a contract table.

    Attributes:
        name: As the source must call it.
        type: What its values are; see `DUCKDB_TYPES`.
        description: One sentence for the data dictionary.
        required: The column must be there and hold no NULL.
        default: SQL literal for a column or value that is absent; None leaves NULL.
        allowed: The only values the contract knows.
        minimum: The smallest value allowed ("0"), or None.
        is_email: An e-mail address: landed as a keyed hash in a column called `<name>_hash`.
    """

    name: str
    type: ColumnType
    description: str
    required: bool = False
    default: str | None = None
    allowed: tuple[str, ...] | None = None
    minimum: int | None = None
    is_email: bool = False

    @property
    def default_value(self) -> object:
        """The default as a Python value; None if there is none."""
        if self.default is None:
            return None
        return ast.literal_eval({"true": "True", "false": "False"}.get(self.default, self.default))

    @property
    def landed_name(self) -> str:
        """The column's name from the landing on."""
        return f"{self.name}_hash" if self.is_email else self.name


@dataclass(frozen=True)
class Table:
    """One contract table. `by_day` tables lie on the business day of their order; the others are kept by key."""

    name: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    description: str
    by_day: bool = True
    is_compulsory: bool = False

    @property
    def column_names(self) -> list[str]:
        """Names as a source delivers them."""
        return [column.name for column in self.columns]

    @property
    def landed_names(self) -> list[str]:
        """Names as they are landed, without `_extracted_at`."""
        return [column.landed_name for column in self.columns]

    def arrow_schema(self) -> pa.Schema:
        """The schema of a source's batch."""
        return _arrow_schema([(column.name, column.type) for column in self.columns])

    def landed_schema(self) -> pa.Schema:
        """The schema of a landed file: e-mail addresses hashed, `_extracted_at` added."""
        columns: list[tuple[str, ColumnType]] = [(column.landed_name, column.type) for column in self.columns]
        return _arrow_schema([*columns, (EXTRACTED_AT, "instant")])


EXTRACTED_AT = "_extracted_at"

ORDER_STATUSES = ("pending", "paid", "partially_refunded", "refunded", "cancelled", "failed")
LINE_TYPES = ("product", "gift_card", "shipping", "fee", "adjustment")
REFUND_KINDS = ("line", "shipping", "amount", "adjustment")
REFUND_STATES = ("settled", "pending", "failed")
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
        Column("currency", "text", "ISO 4217 code; must be the shop's currency.", required=True),
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
        Column("prices_include_tax", "flag", "The shop's prices were shown with tax."),
        Column("sales_channel", "text", "Where the order was placed: web, pos, marketplace name."),
        Column("marketing_channel", "text", "What the shop credits the order to."),
        Column("country", "text", "ISO 3166 two-letter code of the delivery or invoice address."),
        Column("is_test", "flag", "A test order by the shop's own mark.", default="false"),
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
        Column("reason", "text", "The shop's reason."),
    ),
    "One row per line of a refund.",
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
        Column("row_count", "integer", "Number of money rows (order lines and refund lines).", required=True),
        Column(
            "amount",
            "money",
            "Their value ex tax: lines, shipping and fees less order discounts and refunds.",
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
    for table in (ORDERS, ORDER_LINES, REFUNDS, SOURCE_COUNTS, CUSTOMERS, CUSTOMER_ALIASES, PRODUCTS, SUBSCRIPTIONS)
}
DAY_TABLES = [table for table in TABLES.values() if table.by_day]
KEYED_TABLES = [table for table in TABLES.values() if not table.by_day]


def _arrow_schema(columns: list[tuple[str, ColumnType]]) -> pa.Schema:
    import pyarrow as pa

    arrow_types: dict[ColumnType, pa.DataType] = {
        "text": pa.string(),
        "money": pa.decimal128(18, 4),
        "quantity": pa.decimal128(18, 4),
        "integer": pa.int64(),
        "instant": pa.timestamp("us"),
        "date": pa.date32(),
        "flag": pa.bool_(),
    }
    return pa.schema([(name, arrow_types[kind]) for name, kind in columns])
