#!/usr/bin/env bash
# django-oscar: an offer of 10 % on a price of 100.00 before 20 % tax is reckoned on 120.00 with tax, and the
# 12.00 are then taken off the 100.00 without tax. The line costs 88.00, a discount of 12 %, while the rows of
# its unit prices, which belong to the same line, say 90.00. (With OSCAR_OFFERS_INCL_TAX left at False; django-
# oscar's issue 3685.)
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet 'django-oscar==4.2.1' 'django==5.2.19'

venv/bin/python - <<'PY'
import sys
import warnings
from decimal import Decimal
from importlib.metadata import version

warnings.simplefilter("ignore")
import django  # noqa: E402
from django.conf import settings  # noqa: E402
from oscar import defaults  # noqa: E402

APPS = (
    "analytics:Analytics checkout:Checkout address:Address shipping:Shipping catalogue:Catalogue "
    "catalogue.reviews:CatalogueReviews communication:Communication partner:Partner basket:Basket payment:Payment "
    "offer:Offer order:Order customer:Customer search:Search voucher:Voucher wishlists:Wishlists "
    "dashboard:Dashboard"
)
DASHBOARDS = "reports users orders catalogue offers partners pages ranges reviews vouchers communications shipping"


class FromModels(dict):
    """The tables as the models have them now; hundreds of migrations would take a minute."""

    def __contains__(self, app):
        return True

    def __getitem__(self, app):
        return None


settings.configure(
    **{name: value for name, value in vars(defaults).items() if name.startswith("OSCAR_")},
    SECRET_KEY="only for this script",
    INSTALLED_APPS=[
        *(f"django.contrib.{app}" for app in ("auth", "contenttypes", "sessions", "sites", "messages", "flatpages")),
        "oscar.config.Shop",
        *(f"oscar.apps.{app}.apps.{name}Config" for app, _, name in (item.partition(":") for item in APPS.split())),
        *(f"oscar.apps.dashboard.{app}.apps.{app.title()}DashboardConfig" for app in DASHBOARDS.split()),
        "haystack", "treebeard", "django_tables2", "widget_tweaks",
    ],
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
    HAYSTACK_CONNECTIONS={"default": {"ENGINE": "haystack.backends.simple_backend.SimpleEngine"}},
    DEFAULT_AUTO_FIELD="django.db.models.AutoField",
    MIGRATION_MODULES=FromModels(),
    SITE_ID=1,
    USE_TZ=True,
)
django.setup()

from django.core.management import call_command  # noqa: E402
from oscar.apps.checkout.calculators import OrderTotalCalculator  # noqa: E402
from oscar.apps.offer.applicator import Applicator  # noqa: E402
from oscar.apps.order.utils import OrderCreator  # noqa: E402
from oscar.apps.partner import strategy  # noqa: E402
from oscar.apps.shipping.methods import Free  # noqa: E402
from oscar.test import factories  # noqa: E402

print("django-oscar", version("django-oscar"), "django", version("django"))
call_command("migrate", run_syncdb=True, verbosity=0)


class Shop(strategy.UseFirstStockRecord, strategy.StockRequired, strategy.FixedRateTax, strategy.Structured):
    rate = Decimal("0.20")


everything = factories.RangeFactory(includes_all_products=True)
factories.ConditionalOfferFactory(
    condition=factories.ConditionFactory(range=everything, type="Count", value=1),
    benefit=factories.BenefitFactory(range=everything, type="Percentage", value=10, max_affected_items=None),
)
basket = factories.BasketFactory()
basket.strategy = Shop()
basket.add_product(factories.create_product(price=Decimal("100.00"), num_in_stock=1))
Applicator().apply(basket)
shipping = Free().calculate(basket)
order = OrderCreator().place_order(
    order_number="1", basket=basket, shipping_method=Free(), shipping_charge=shipping,
    total=OrderTotalCalculator().calculate(basket, shipping),
)
line, price = order.lines.get(), order.lines.get().prices.get()

print("Expected: 10 % off 100.00 net: 90.00 net, 108.00 with tax")
print(f"Seen: line before discounts {line.line_price_before_discounts_excl_tax} net, "
      f"after {line.line_price_excl_tax} net, {line.line_price_incl_tax} with tax; order {order.total_excl_tax} net; "
      f"the line's own price row {price.price_excl_tax} net, {price.price_incl_tax} with tax")
if line.line_price_excl_tax != Decimal("88.00") or price.price_excl_tax != Decimal("90.00"):
    sys.exit("This has changed.")
PY
