#!/usr/bin/env bash
# Great Expectations and Dagster: the quantile expectation answers with a numpy boolean. It cannot be written as
# JSON, and Dagster's asset check refuses it. So a check that passes ends the night.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet \
    'great-expectations==1.24.1' \
    'pandas==3.1.1' \
    'numpy==2.4.6' \
    'dagster==1.13.27'
export GX_ANALYTICS_ENABLED=false

venv/bin/python - <<'PY'
import json
import sys
import warnings
from importlib.metadata import version

warnings.simplefilter("ignore")
import dagster as dg  # noqa: E402
import great_expectations as gx  # noqa: E402 - it imports a deprecated module
import great_expectations.expectations as gxe  # noqa: E402
import pandas as pd  # noqa: E402

print("great-expectations", version("great-expectations"), "dagster", version("dagster"), "numpy", version("numpy"))
orders = pd.DataFrame({"total": [10.0, 20.0, 30.0, 40.0]})

context = gx.get_context(mode="ephemeral")
context.variables.progress_bars = {"globally": False}
asset = context.data_sources.add_pandas("shop").add_dataframe_asset("orders")
batch = asset.add_batch_definition_whole_dataframe("day").get_batch(batch_parameters={"dataframe": orders})
result = batch.validate(
    gxe.ExpectColumnQuantileValuesToBeBetween(
        column="total", quantile_ranges={"quantiles": [0.5], "value_ranges": [[10, 30]]}
    )
)
mean = batch.validate(gxe.ExpectColumnMeanToBeBetween(column="total", min_value=10, max_value=30))


def error_of(call):
    try:
        call()
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return "none"


as_json = error_of(lambda: json.dumps(result.to_json_dict()))
as_check = error_of(lambda: dg.AssetCheckResult(passed=result.success))

print(f"Expected: a verdict of type bool, as that of the mean: {mean.success!r}")
print(f"Seen: {result.success!r}")
print(f"      as JSON: {as_json}")
print(f"      as a check of Dagster: {as_check}")
if type(mean.success) is not bool or "JSON serializable" not in as_json or "is not a bool" not in as_check:
    sys.exit("This has changed.")
PY
