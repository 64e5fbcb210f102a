#!/usr/bin/env bash
# lifetimes: where the fitted BG/NBD model has a + b < 1 (customers who either stay long or leave at once), the
# expected purchases of everybody who has bought once are NaN. A pandas sum leaves them out without a word.
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
import numpy as np  # noqa: E402
import pandas as pd  # noqa: E402
from lifetimes import BetaGeoFitter  # noqa: E402

print("lifetimes", version("lifetimes"), "numpy", version("numpy"), "scipy", version("scipy"))
random = np.random.default_rng(0)


def customer(weeks):
    """One customer of a shop that the model describes exactly: repeat orders, week of the last, weeks observed."""
    rate, leaves = random.gamma(1.0, 1 / 8), random.beta(0.2, 0.5)
    orders, last, now = 0, 0.0, random.exponential(1 / rate)
    while now <= weeks:
        orders, last = orders + 1, now
        now = np.inf if random.random() < leaves else now + random.exponential(1 / rate)
    return orders, last, weeks


shop = pd.DataFrame([customer(float(weeks)) for weeks in random.integers(10, 104, 3_000)], columns=["x", "t_x", "T"])
model = BetaGeoFitter().fit(shop.x, shop.t_x, shop["T"])
year = model.conditional_expected_number_of_purchases_up_to_time(52, shop.x, shop.t_x, shop["T"])
once = shop.x == 0

print("Expected: a number of purchases for every customer")
print(f"Seen: a + b = {model.params_['a'] + model.params_['b']:.2f}; NaN for {year[once].isna().sum()} of {once.sum()} "
      f"customers who bought once, and for {year[~once].isna().sum()} others; the sum over all is {year.sum():.0f}")
if not (year[once].isna().all() and year[~once].notna().all()):
    sys.exit("This has changed.")
PY
