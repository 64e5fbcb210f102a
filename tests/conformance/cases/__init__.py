"""Every case of the kit, by topic."""

from tests.conformance.cases.bundles import BUNDLES
from tests.conformance.cases.case import OTHER_CHOICES, THIRD_CHOICES, Case, case_differences
from tests.conformance.cases.choices import CHOICES
from tests.conformance.cases.clocks import CLOCKS
from tests.conformance.cases.companies import COMPANIES
from tests.conformance.cases.costs import COSTS
from tests.conformance.cases.currency import CURRENCY
from tests.conformance.cases.exchanges import EXCHANGES
from tests.conformance.cases.identity import IDENTITY
from tests.conformance.cases.money import MONEY
from tests.conformance.cases.no_purchases import NO_PURCHASES
from tests.conformance.cases.prepaid import PREPAID
from tests.conformance.cases.refunds import REFUNDS
from tests.conformance.cases.rules import RULES
from tests.conformance.cases.shipped import SHIPPED
from tests.conformance.cases.subscriptions import SUBSCRIPTIONS
from tests.conformance.cases.tax import TAX
from tests.conformance.cases.ties import TIES
from tests.conformance.cases.time import TIME
from tests.conformance.cases.validity import VALIDITY
from tests.conformance.cases.vouchers import VOUCHERS

CASES: list[Case] = [
    *(*MONEY, *REFUNDS, *EXCHANGES, *VOUCHERS, *TAX, *CURRENCY, *VALIDITY, *NO_PURCHASES, *RULES, *TIME, *COSTS),
    *(*CLOCKS, *CHOICES, *COMPANIES, *SUBSCRIPTIONS, *PREPAID, *SHIPPED, *BUNDLES, *TIES, *IDENTITY),
]

__all__ = ["CASES", "OTHER_CHOICES", "THIRD_CHOICES", "Case", "case_differences"]
