"""The contract's tables that stand in no order, kept by key: people, products, rates, subscriptions."""

from __future__ import annotations

from pipelines.contract.types import INTERVALS, Column, Table

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
    kept_by="key",
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
    kept_by="key",
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
    kept_by="key",
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
    kept_by="key",
)

BUNDLE_COMPONENTS = Table(
    "bundle_components",
    ("product_id", "component_product_id", "component_variant_id"),
    (
        Column("product_id", "text", "The bundle: the shop's own id of the product that is sold.", required=True),
        Column("component_product_id", "text", "A product that is in it.", required=True),
        Column("component_variant_id", "text", "Which variant of it.", default="''"),
        Column(
            "value_rate",
            "rate",
            "The component's part of the bundle's value; only how the parts compare matters.",
            required=True,
            minimum=0,
        ),
    ),
    "One row per product in a bundle.",
    kept_by="key",
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
    kept_by="key",
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
        Column("interval", "text", "Time between payments.", required=True, allowed=INTERVALS),
        Column("net_amount", "money", "One payment, ex tax.", required=True, minimum=0),
        Column("updated_at", "instant", "When the shop last changed the subscription."),
    ),
    "One row per subscription.",
    kept_by="key",
)
