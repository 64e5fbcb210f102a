#!/usr/bin/env bash
# DuckDB on a pandas column of Python Decimals looks at 1,000 rows to choose its type. An amount with more
# decimals in a row that it did not look at is rounded, so the sum differs from that of pandas, though both are
# said to be exact.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet 'duckdb==1.5.5' 'pandas==3.1.1'

venv/bin/python - <<'PY'
import sys
from decimal import Decimal
from importlib.metadata import version

import duckdb
import pandas as pd

print("duckdb", version("duckdb"), "pandas", version("pandas"))
fees = pd.DataFrame({"amount": [Decimal("9.99")] * 5_000})
fees.loc[1_777, "amount"] = Decimal("0.1249")
db = duckdb.connect()


def total():
    return db.sql("select sum(amount)::varchar, any_value(typeof(amount)) from fees").fetchone()


sampled = total()
db.execute("set pandas_analyze_sample = 5000")
looked_at = total()

print(f"Expected: what pandas adds up: {fees.amount.sum()}")
print(f"Seen: {sampled}; with pandas_analyze_sample = 5000: {looked_at}")
if sampled[0] != "49940.13" or looked_at[0] != "49940.1349":
    sys.exit("This has changed.")
PY
