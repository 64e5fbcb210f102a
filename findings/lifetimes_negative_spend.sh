#!/usr/bin/env bash
# lifetimes: where a shop's orders differ widely, as with a few business customers, the gamma-gamma model
# settles on q < 1 without a warning. Whoever has bought once is then worth less than nothing, though no order
# of the shop is below zero.
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
from lifetimes import GammaGammaFitter  # noqa: E402

print("lifetimes", version("lifetimes"), "numpy", version("numpy"), "scipy", version("scipy"))
random = np.random.default_rng(1)
repeat_orders = random.integers(1, 4, 2_000)
mean_order = np.exp(random.normal(4, 2, 2_000))  # log-normal: half below 55, one in a hundred above 5,700
model = GammaGammaFitter().fit(repeat_orders, mean_order)
bought_once = float(model.conditional_expected_average_profit(np.array([0]), np.array([0.0]))[0])

print("Expected: a mean above zero, or an error; lifetimes asks for amounts above zero and gets them")
print(f"Seen: lowest mean order {mean_order.min():.2f}, highest {mean_order.max():.2f}; q = {model.params_['q']:.2f}; "
      f"expected order of a customer who has bought once: {bought_once:.2f}")
if not (mean_order.min() > 0 and bought_once < 0):
    sys.exit("This has changed.")
PY
