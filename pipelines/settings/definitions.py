"""`[definitions]` of the shop's file: what the numbers mean, where shops choose differently.

`raw.shop` holds them for dbt, which reads them as data: a shop that changes one restates its history the next night.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator

from pipelines.settings.sections import Section

# Changes whenever a number in the marts would mean something else; CHANGELOG.md says what.
DEFINITION_VERSION = "2026-11-28.1"

# A word of the shop's own. It has no comma, since a source lists such words separated by commas.
_Word = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, pattern=r"^[^,]*$")]
_Code = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^[^,*]+\*?$")]
# What customers are ranked, and cohorts followed, by.
_Basis = Literal["gross", "net", "net_and_shipping", "total", "gross_margin", "contribution"]
_Domain = Annotated[str, Field(pattern=r"^[a-z0-9-]+(\.[a-z0-9-]+)+$")]


class Definitions(Section):
    """`[definitions]`: what the numbers mean, where shops choose differently. [Method](method.md) has the effects."""

    count_zero_value_orders: bool = False
    """Whether orders worth 0 are purchases, as in the papers on the CDNOW data. Orders worth less than 0 never are."""

    unpaid_expires_after_days: int = Field(default=30, ge=1)
    """Days after which an order on account that nobody has paid stops being revenue. If it is paid later, it counts
    again, on the day it was placed."""

    unpaid_valid_statuses: tuple[Literal["pending", "authorised"], ...] = ("authorised",)
    """Statuses in which an unpaid order counts from its day until it expires: `pending`, `authorised`, both or neither.
    A confirmed order always does."""

    count_cancelled_after_payment: bool = False
    """Whether an order that was paid, then cancelled and given back in full, is a purchase."""

    count_marketplace_orders: bool = False
    """Whether orders placed on a marketplace are purchases of their buyers. If not, they are revenue only."""

    count_exchanges_as_orders: bool = False
    """Whether an exchange that is an order of its own is a purchase. If not, it belongs to the order that it
    changes."""

    discount_spread: Literal["value", "quantity"] = "value"
    """How a discount on a whole order is spread over its product lines: in proportion to their `value`, or to their
    `quantity`, the number of pieces."""

    refunded_without_refund: Literal["full", "keep", "quarantine"] = "full"
    """What becomes of an order whose status is `refunded` while no refund tells how much: it is given back in `full` on
    the day of its last change (`updated_at`), or its money is kept (`keep`), or the order stays in `quarantine`. An
    order that is `partially_refunded` keeps its money, since nobody knows how much went back."""

    refund_allocation: Literal["value", "quantity", "shipping_first"] = "value"
    """How a refund that names no line is spread over the lines that have something left: in proportion to their `value`
    or to their `quantity`. With `shipping_first` it is taken from the order's shipping, and only the rest is spread, by
    value."""

    refund_exchange_rate: Literal["order_day", "refund_day"] = "order_day"
    """Day whose exchange rate converts a refund of an order in another currency: the `order_day` or the `refund_day`.
    With `refund_day`, an order and its full refund differ by what the rate did in between."""

    exchange_rate_basis: Literal["day", "month_average"] = "day"
    """Rate that converts an order in another currency: the reference rate of the `day`, or the `month_average`, the
    mean of all rates of the calendar month. The average of the current month still changes."""

    cost_back_on_return: Literal["restocked", "always", "never"] = "restocked"
    """When the cost of goods that come back is taken back: if they were `restocked`, `always` or `never`."""

    store_credit_is_discount: bool = False
    """Whether store credit used to pay is a discount. If not, it is a payment."""

    gift_cards_count_at: Literal["redemption", "sale"] = "redemption"
    """When a gift card is revenue: at `redemption`, of the person who pays with it, or at `sale`, of the person who
    buys it."""

    test_order_tags: tuple[_Word, ...] = ()
    """Orders with one of these tags are tests: no revenue and no purchase. The whole tag must be the same; upper and
    lower case do not matter."""

    test_payment_gateways: tuple[_Word, ...] = ("bogus",)
    """Orders with a payment through one of these gateways, settled or not, are tests: no revenue and no purchase."""

    test_email_domains: tuple[_Domain, ...] = ()
    """Orders from an e-mail address in one of these domains are tests. A domain does not stand for its subdomains. When
    the list changes, the next night reads the whole history again, since only hashes of addresses are kept."""

    staff_order_tags: tuple[_Word, ...] = ()
    """Sales with one of these tags (staff, wholesale, influencers) are staff orders: revenue, but no purchase. An order
    that the source calls something else, such as an exchange, stays what it is."""

    staff_email_domains: tuple[_Domain, ...] = ()
    """Sales to an e-mail address in one of these domains are staff orders: revenue, but no purchase. A domain does not
    stand for its subdomains. When the list changes, the next night reads the whole history again, since only hashes of
    addresses are kept."""

    subscription_order_tags: tuple[_Word, ...] = ()
    """Orders with one of these tags belong to a subscription, unless a line of theirs names a subscription or a selling
    plan itself. Upper and lower case do not matter."""

    prepaid_counts_at: Literal["delivery", "charge"] = "delivery"
    """When a line that pays for several deliveries in advance is revenue: a share with each `delivery`, or all of it
    with the `charge`, on the day of the order."""

    daily_sales_clock: Literal["order_day", "shipped_day"] = "order_day"
    """Day on which what an order sold counts in `revenue_daily`, `margin_ladder` and `revenue_bridge`: the `order_day`
    or the `shipped_day`. With `shipped_day`, what has not been shipped yet counts on no day."""

    daily_refund_clock: Literal["refund_day", "order_day"] = "refund_day"
    """Day on which a refund counts in `revenue_daily`, `margin_ladder` and `revenue_bridge`: the `refund_day` or the
    `order_day`."""

    daily_edit_clock: Literal["edit_day", "order_day"] = "edit_day"
    """Day on which an edit of an order, or an exchange made by an edit, counts in `revenue_daily`, `margin_ladder` and
    `revenue_bridge`: the `edit_day` or the `order_day`."""

    cohort_refund_clock: Literal["order_day", "refund_day"] = "order_day"
    """Day that decides in which period a refund counts in `monthly_cohorts` and `rolling_cohorts`: the `order_day` or
    the `refund_day`."""

    cohort_basis: _Basis = "net"
    """Amount that `monthly_cohorts` and `rolling_cohorts` follow: `gross` (merchandise before discounts and refunds),
    `net` (net revenue), `net_and_shipping`, `total` (with shipping and tax), `gross_margin` (net less the cost of
    goods) or `contribution` (net and shipping less all known costs)."""

    rfm_refund_clock: Literal["order_day", "refund_day"] = "order_day"
    """Day that decides whether a refund lies within the months that RFM looks at: the `order_day` or the
    `refund_day`."""

    rfm_basis: _Basis = "net"
    """Amount by which the money score of RFM ranks customers: `gross` (merchandise before discounts and refunds), `net`
    (net revenue), `net_and_shipping`, `total` (with shipping and tax), `gross_margin` (net less the cost of goods) or
    `contribution` (net and shipping less all known costs)."""

    concentration_basis: _Basis = "net"
    """Amount by which `revenue_concentration`, the top revenue set and the value tiers rank customers: `gross`
    (merchandise before discounts and refunds), `net` (net revenue), `net_and_shipping`, `total` (with shipping and
    tax), `gross_margin` (net less the cost of goods) or `contribution` (net and shipping less all known costs)."""

    explode_bundles: bool = False
    """Whether the value of a bundle counts for the categories of its components (contract table `bundle_components`)
    when a customer's top category is found. If not, it counts for the bundle's own category."""

    cap_over_refunds_in_scores: bool = False
    """Whether the money score of RFM takes an order whose net revenue is below 0 as 0. The amounts shown do not
    change."""

    count_businesses_as_consumers: bool = False
    """Whether businesses get RFM scores, and share cut points and value tiers with consumers. If not, RFM scores
    consumers only, and value tiers rank the two apart."""

    businesses_by_contact: bool = False
    """Whether each contact of a company is a customer. If not, the company is one customer."""

    # The usual welcome code is 10 %; less is the odd reduced article.
    discount_acquired_rate: float = Field(default=0.10, gt=0, le=1)
    """Share of the list value of the goods in the first order that discounts must take off, at least, for the customer
    to count as won by a discount."""

    welcome_codes: tuple[_Code, ...] = ()
    """Discount codes that welcome a new customer. `WELKOM*` stands for every code that begins with `WELKOM`. Upper and
    lower case do not matter."""

    rfm_window_months: int = Field(default=24, ge=1)
    """Months of orders that the frequency and money scores of RFM look at."""

    high_value_rate: float = Field(default=0.20, gt=0, lt=1)
    """Share of customers in the value tier `high`: those who brought most."""

    middle_value_rate: float = Field(default=0.30, gt=0, lt=1)
    """Share of customers in the value tier `middle`, the next after `high`. The rest are in `low`, so the two shares
    must add up to less than 1."""

    top_revenue_rate: float = Field(default=0.80, gt=0, le=1)
    """Share of revenue that defines the top revenue set: the fewest customers who together bring it."""

    @model_validator(mode="after")
    def _tiers_leave_a_rest(self) -> Definitions:
        if self.high_value_rate + self.middle_value_rate >= 1:
            raise ValueError("high_value_rate + middle_value_rate must be below 1: the rest is the tier low")
        return self

    def domain_rules(self) -> list[list[str]]:
        """What the marks of staff and tests depend on beside the orders themselves; nothing where there is no rule."""
        rules = [sorted(self.staff_email_domains), sorted(self.test_email_domains)]
        return rules if any(rules) else []
