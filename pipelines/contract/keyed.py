"""The contract's tables that belong to no day, kept by key: people, products, rates, subscriptions."""

from __future__ import annotations

from pipelines.contract.types import INTERVALS, Column, Table

CUSTOMERS = Table(
    "customers",
    ("customer_id",),
    (
        Column("customer_id", "text", "The shop's own id of the account.", required=True),
        Column("created_at", "instant", "When the account was created."),
        Column("email", "text", "The account's e-mail address.", is_email=True),
        Column("country", "text", "ISO 3166 two-letter code."),
        Column("accepts_marketing", "flag", "The customer agreed to marketing."),
        Column("is_business", "flag", "The account is a company's.", default="false"),
        Column("company_id", "text", "The company account that this contact person buys for."),
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
        Column("surviving_customer_id", "text", "The id that replaced it.", required=True),
        Column("merged_at", "instant", "When the accounts were merged."),
        Column(
            "origin",
            "text",
            "Whether the shop (merge) or its settings (config) merged the accounts.",
            default="'merge'",
            allowed=("merge", "config"),
        ),
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
        Column("cost_valid_from", "date", "First day on which unit_cost_amount applies."),
        Column("is_active", "flag", "The product is on sale today."),
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
        Column("valid_from_date", "date", "First day on which the cost applies.", required=True),
        Column(
            "unit_cost_amount", "money", "What one piece costs the shop from that day on.", required=True, minimum=0
        ),
    ),
    "One row per product variant and day from which another cost applies.",
    kept_by="key",
)

BUNDLE_COMPONENTS = Table(
    "bundle_components",
    ("product_id", "component_product_id", "component_variant_id"),
    (
        Column("product_id", "text", "The bundle: the shop's own id of the product that is sold.", required=True),
        Column("component_product_id", "text", "A product in the bundle.", required=True),
        Column("component_variant_id", "text", "Variant of that product.", default="''"),
        Column(
            "value_rate",
            "rate",
            "The component's share of the bundle's value; only the ratio between the components matters.",
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
        Column("rate_date", "date", "Day of the rate; it applies until the next one.", required=True),
        Column("rate", "rate", "Units of the shop's currency per unit of the other.", required=True, minimum=0),
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
        Column("plan", "text", "Subscription plan; each plan has a model of its own.", required=True),
        Column("started_at", "instant", "When the first payment was made.", required=True),
        Column("cancelled_at", "instant", "When the subscription was cancelled; NULL while it is active."),
        Column("interval", "text", "Time between two payments.", required=True, allowed=INTERVALS),
        Column("net_amount", "money", "Value of one payment, ex tax.", required=True, minimum=0),
        Column("updated_at", "instant", "When the shop last changed the subscription."),
    ),
    "One row per subscription.",
    kept_by="key",
)
