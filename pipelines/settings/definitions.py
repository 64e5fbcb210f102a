"""`[definitions]` of the shop's TOML: what the numbers mean where shops differ (docs/method.md).

`raw.shop` holds them for dbt, which reads them as data: a shop that changes one restates its history the next night.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator

from pipelines.settings.sections import Section

# Changes whenever a number in the marts would mean something else; CHANGELOG.md says what.
DEFINITION_VERSION = "2026-11-22.2"

# One word of the shop's own, as it stands in a list separated by commas.
_Word = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, pattern=r"^[^,]*$")]
_Code = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^[^,*]+\*?$")]
# What a customer may be weighed by; `total` has the tax in it.
_Basis = Literal["gross", "net", "net_and_shipping", "total", "gross_margin", "contribution"]
_Domain = Annotated[str, Field(pattern=r"^[a-z0-9-]+(\.[a-z0-9-]+)+$")]


class Definitions(Section):
    """`[definitions]`: what the numbers mean where shops differ (docs/method.md)."""

    count_zero_value_orders: bool = Field(default=False, description="Orders worth 0 are purchases.")
    unpaid_expires_after_days: int = Field(
        default=30, ge=1, description="Days after which an order on account that nobody paid is no revenue."
    )
    unpaid_valid_statuses: tuple[Literal["pending", "authorised"], ...] = Field(
        default=("authorised",),
        description="Unpaid orders in these statuses count until they expire, as confirmed ones always do.",
    )
    count_cancelled_after_payment: bool = Field(
        default=False, description="Orders paid, then cancelled and given back, are purchases."
    )
    count_marketplace_orders: bool = Field(
        default=False, description="Orders through a marketplace are purchases of their buyers."
    )
    count_exchanges_as_orders: bool = Field(
        default=False, description="An exchange that is an order of its own is a purchase, apart from what it changes."
    )
    discount_spread: Literal["value", "quantity"] = Field(
        default="value", description="Over its lines, a discount on the whole order falls by value or by pieces."
    )
    refund_allocation: Literal["value", "quantity", "shipping_first"] = Field(
        default="value",
        description="A refund that names no line falls on lines by what is left, by pieces, or on shipping first.",
    )
    refund_exchange_rate: Literal["order_day", "refund_day"] = Field(
        default="order_day", description="Refunds of orders in another currency count at the rate of this day."
    )
    exchange_rate_basis: Literal["day", "month_average"] = Field(
        default="day",
        description="Other currencies count at the reference rate of the day, or at the average of its month.",
    )
    cost_back_on_return: Literal["restocked", "always", "never"] = Field(
        default="restocked", description="When goods that come back cost nothing again."
    )
    store_credit_is_discount: bool = Field(
        default=False, description="Store credit that pays is a discount, not a payment."
    )
    test_order_tags: tuple[_Word, ...] = Field(default=(), description="Orders with one of these tags are tests.")
    test_payment_gateways: tuple[_Word, ...] = Field(
        default=("bogus",), description="Orders with a payment through one of these gateways are tests."
    )
    test_email_domains: tuple[_Domain, ...] = Field(
        default=(), description="Orders from an address of these domains are tests."
    )
    gift_cards_count_at: Literal["redemption", "sale"] = Field(
        default="redemption", description="Gift cards are revenue of who redeems them, or of who buys them."
    )
    staff_email_domains: tuple[_Domain, ...] = Field(
        default=(), description="Orders from an address of these domains are of staff: revenue, and no purchases."
    )
    staff_order_tags: tuple[_Word, ...] = Field(
        default=(), description="Sales with one of these tags are of staff: revenue, and no purchases."
    )
    subscription_order_tags: tuple[_Word, ...] = Field(
        default=(), description="Orders with one of these tags, whose lines do not say so, are subscriptions'."
    )
    prepaid_counts_at: Literal["delivery", "charge"] = Field(
        default="delivery",
        description="What is paid in advance for several deliveries is revenue with each of them, or when it is paid.",
    )
    daily_sales_clock: Literal["order_day", "shipped_day"] = Field(
        default="order_day", description="The day on which what an order sold counts in the daily marts."
    )
    daily_refund_clock: Literal["refund_day", "order_day"] = Field(
        default="refund_day", description="The day on which a refund counts in the daily marts."
    )
    daily_edit_clock: Literal["edit_day", "order_day"] = Field(
        default="edit_day", description="The day on which an edit counts in the daily marts."
    )
    cohort_refund_clock: Literal["order_day", "refund_day"] = Field(
        default="order_day", description="The day on which a refund counts in the cohort marts."
    )
    cohort_basis: _Basis = Field(default="net", description="The amount that a cohort is followed by.")
    rfm_refund_clock: Literal["order_day", "refund_day"] = Field(
        default="order_day", description="The day by which a refund lies in RFM's window of months."
    )
    rfm_basis: _Basis = Field(default="net", description="The amount that RFM's money is.")
    concentration_basis: _Basis = Field(default="net", description="The amount that ranks customers by value.")
    explode_bundles: bool = Field(
        default=False, description="A bundle's value is of the categories of what is in it, not of its own."
    )
    cap_over_refunds_in_scores: bool = Field(
        default=False, description="RFM's money takes no order's net revenue as less than 0."
    )
    count_businesses_as_consumers: bool = Field(
        default=False, description="Businesses share RFM scores and value tiers with consumers."
    )
    businesses_by_contact: bool = Field(
        default=False, description="Each contact of a company is a customer, instead of the company."
    )
    discount_acquired_rate: float = Field(
        default=0.10,
        gt=0,
        le=1,
        # The usual welcome code is 10 %; less is the odd reduced article.
        description="From this discount on the first order on, a customer counts as won by a discount.",
    )
    welcome_codes: tuple[_Code, ...] = Field(
        default=(), description="Discount codes that welcome a new customer; WELKOM* is every code that begins so."
    )
    rfm_window_months: int = Field(default=24, ge=1, description="Months of orders that frequency and money look at.")
    high_value_rate: float = Field(default=0.20, gt=0, lt=1, description="Share of customers in the value tier high.")
    middle_value_rate: float = Field(default=0.30, gt=0, lt=1, description="Share of customers in the tier middle.")
    top_revenue_rate: float = Field(
        default=0.80, gt=0, le=1, description="Share of revenue that the top revenue set brings."
    )

    @model_validator(mode="after")
    def _tiers_leave_a_rest(self) -> Definitions:
        if self.high_value_rate + self.middle_value_rate >= 1:
            raise ValueError("high_value_rate + middle_value_rate must be below 1: the rest is the tier low")
        return self

    def domain_rules(self) -> list[list[str]]:
        """What the marks of staff and tests depend on beside the orders themselves; nothing where there is no rule."""
        rules = [sorted(self.staff_email_domains), sorted(self.test_email_domains)]
        return rules if any(rules) else []
