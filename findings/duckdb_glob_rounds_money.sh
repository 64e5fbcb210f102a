#!/usr/bin/env bash
# DuckDB reads a folder of Parquet files in the types of its first file. Once an export has more decimals (or
# the first day had whole amounts only), the money of every later file is rounded to the first one's type,
# without a word.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet 'duckdb==1.5.5'

venv/bin/python - <<'PY'
import sys
from importlib.metadata import version

import duckdb

print("duckdb", version("duckdb"))
duckdb.sql("select 10::integer as amount").write_parquet("2026-05-01.parquet")
duckdb.sql("select 12.50::decimal(18,2) as amount").write_parquet("2026-05-02.parquet")
duckdb.sql("select 0.4900::decimal(18,4) as amount").write_parquet("2026-05-03.parquet")


def revenue(options=""):
    return duckdb.sql(f"select sum(amount)::varchar from read_parquet('*.parquet'{options})").fetchone()[0]


print("Expected: 22.99, or an error since the files differ")
print(f"Seen: {revenue()}; with union_by_name = true: {revenue(', union_by_name = true')}")
if revenue() != "23" or not revenue(", union_by_name = true").startswith("22.99"):
    sys.exit("This has changed.")
PY
