#!/usr/bin/env bash
# Great Expectations turns a bound that is given as a Decimal into a float, and compares exact amounts with
# that. An order at exactly the bound breaks the rule, since 0.1 as a float is a little more than 0.10 and 19.99
# a little less than 19.99.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet 'great-expectations==1.24.1' 'pandas==3.1.1' 'numpy==2.4.6'
export GX_ANALYTICS_ENABLED=false

venv/bin/python - <<'PY'
import sys
import warnings
from decimal import Decimal
from importlib.metadata import version

warnings.simplefilter("ignore")
import great_expectations as gx  # noqa: E402 - it imports a deprecated module
import great_expectations.expectations as gxe  # noqa: E402
import pandas as pd  # noqa: E402

print("great-expectations", version("great-expectations"), "pandas", version("pandas"))
orders = pd.DataFrame({"total": [Decimal("0.10"), Decimal("5.00"), Decimal("19.99")]})

context = gx.get_context(mode="ephemeral")
context.variables.progress_bars = {"globally": False}
asset = context.data_sources.add_pandas("shop").add_dataframe_asset("orders")
batch = asset.add_batch_definition_whole_dataframe("day").get_batch(batch_parameters={"dataframe": orders})


def broken_by(**bounds):
    result = batch.validate(gxe.ExpectColumnValuesToBeBetween(column="total", **bounds))
    return [str(value) for value in result.result["partial_unexpected_list"]]


at_least, at_most = broken_by(min_value=Decimal("0.10")), broken_by(max_value=Decimal("19.99"))
both = batch.validate(gxe.ExpectColumnValuesToBeInSet(column="total", value_set=list(orders.total))).success

print("Expected: 0.10 is at least 0.10, and 19.99 at most 19.99: nothing is broken")
print(f"Seen: broken by min_value=Decimal('0.10'): {at_least}; by max_value=Decimal('19.99'): {at_most}")
print(f"      a set of the same Decimals is met: {both}")
if at_least != ["0.10"] or at_most != ["19.99"] or not both:
    sys.exit("This has changed.")
PY
