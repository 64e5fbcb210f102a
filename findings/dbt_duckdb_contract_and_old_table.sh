#!/usr/bin/env bash
# dbt-duckdb: an enforced contract on an incremental model is compared with the query, not with the table that
# the rows go into. After a column's type was widened every night is green, and the money is rounded to the old
# type on its way in.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet \
    'dbt-core==1.11.16' \
    'dbt-adapters==1.24.5' \
    'dbt-common==1.39.0' \
    'dbt-duckdb==1.11.1' \
    'duckdb==1.5.5'

mkdir models
cat > dbt_project.yml <<'YML'
name: shop
profile: shop
flags: {send_anonymous_usage_stats: false}
YML
cat > profiles.yml <<'YML'
shop: {target: night, outputs: {night: {type: duckdb, path: "{{ env_var('WAREHOUSE') }}"}}}
YML
export WAREHOUSE="$work/warehouse.duckdb"

venv/bin/python - <<'PY'
import sys
from importlib.metadata import version
from pathlib import Path

import duckdb
from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.cli.main import dbtRunner

print("dbt-core", version("dbt-core"), "dbt-duckdb", version("dbt-duckdb"), "duckdb", version("duckdb"))
CONTRACT = """
models:
  - name: revenue
    config: {contract: {enforced: true}}
    columns:
      - {name: day, data_type: date}
      - {name: amount, data_type: "%s"}
"""


def night(day, amount, money):
    Path("models/revenue.yml").write_text(CONTRACT % money)
    Path("models/revenue.sql").write_text(
        "{{ config(materialized='incremental', unique_key='day', on_schema_change='append_new_columns') }}\n"
        f"select date '{day}' as day, {amount}::{money} as amount"
    )
    return dbtRunner().invoke(["--quiet", "build"]).success


first = night("2026-05-01", "10.0000", "decimal(18,2)")
second = night("2026-05-02", "0.0049", "decimal(18,4)")
DuckDBConnectionManager.close_all_connections()
with duckdb.connect("warehouse.duckdb", read_only=True) as db:
    money, amount = db.sql("select typeof(amount), amount from revenue where day = '2026-05-02'").fetchone()

print("Expected: 0.0049 as DECIMAL(18,4), which the contract promises, or a night that fails")
print(f"Seen: nights succeed: {first}, {second}; the table holds {amount} as {money}")
if not (first and second and str(amount) == "0.00" and money == "DECIMAL(18,2)"):
    sys.exit("This has changed.")
PY
