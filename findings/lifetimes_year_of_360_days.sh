#!/usr/bin/env bash
# lifetimes: a month of `customer_lifetime_value` has 30 days when the model counts days, so 12 months are 360
# days. The yearly value of every customer is lower than the model's own forecast of a year.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet \
    'lifetimes==0.11.3' \
    'pandas==3.1.1' \
    'numpy==2.4.6' \
    'scipy==1.17.1'

venv/bin/python - <<'PY'
import sys
import warnings
from importlib.metadata import version

warnings.simplefilter("ignore")  # an archived library on today's pandas
from importlib.util import find_spec  # noqa: E402
from pathlib import Path  # noqa: E402

import pandas as pd  # noqa: E402
from lifetimes import BetaGeoFitter, GammaGammaFitter  # noqa: E402
from lifetimes.utils import summary_data_from_transaction_data  # noqa: E402

print("lifetimes", version("lifetimes"), "pandas", version("pandas"))
# CDNOW's sample of 2,357 customers comes with the package.
file = Path(find_spec("lifetimes").origin).parent / "datasets" / "CDNOW_sample.txt"
orders = pd.read_csv(file, sep=r"\s+", names=["master", "customer", "day", "discs", "amount"], dtype={"day": str})
orders["day"] = pd.to_datetime(orders.day)
shop = summary_data_from_transaction_data(orders, "customer", "day", "amount", observation_period_end="1998-06-30")
purchases = BetaGeoFitter().fit(shop.frequency, shop.recency, shop["T"])
bought_again = shop[(shop.frequency > 0) & (shop.monetary_value > 0)]
spend = GammaGammaFitter().fit(bought_again.frequency, bought_again.monetary_value)

history = (shop.frequency, shop.recency, shop["T"])
clv = spend.customer_lifetime_value(purchases, *history, shop.monetary_value, time=12, discount_rate=0, freq="D").sum()
mean_order = spend.conditional_expected_average_profit(shop.frequency, shop.monetary_value)


def forecast(days):
    return (purchases.conditional_expected_number_of_purchases_up_to_time(days, *history) * mean_order).sum()


print(f"Expected: 12 months undiscounted are the same model's forecast of 365 days: {forecast(365):,.2f}")
print(f"Seen: {clv:,.2f}; the forecast of 360 days: {forecast(360):,.2f}")
if abs(clv - forecast(360)) > 0.01 or forecast(365) - clv < 0.01 * clv:
    sys.exit("This has changed.")
PY
