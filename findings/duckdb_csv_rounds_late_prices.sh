#!/usr/bin/env bash
# DuckDB takes a csv column for whole numbers when its sample (20,480 rows) holds nothing else. A price with
# cents after the sample is then rounded to a whole number, though a price that is no number there is an error.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet 'duckdb==1.5.5'

venv/bin/python - <<'PY'
import sys
from importlib.metadata import version
from pathlib import Path

import duckdb

print("duckdb", version("duckdb"))


def revenue(last_price):
    rows = [f"{order},10" for order in range(30_000)] + [f"30000,{last_price}"]
    Path("orders.csv").write_text("order_id,total\n" + "\n".join(rows) + "\n")
    try:
        return duckdb.sql("select sum(total)::varchar from 'orders.csv'").fetchone()[0]
    except duckdb.ConversionException:
        return "ConversionException"


late, no_number = revenue("12.50"), revenue("12.50 EUR")

print("Expected: 300012.50, or a ConversionException as for any other value that is no whole number")
print(f"Seen: 30,000 orders of 10 and one of 12.50: {late}; with '12.50 EUR' in the last: {no_number}")
if late != "300013" or no_number != "ConversionException":
    sys.exit("This has changed.")
PY
