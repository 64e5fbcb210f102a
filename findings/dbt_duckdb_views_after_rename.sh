#!/usr/bin/env bash
# dbt-duckdb writes DuckDB's catalog into every view, and DuckDB names a catalog after its file. So a file that
# is built under one name and published under another keeps its tables, and all of dbt's views in it fail.
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
cat > models/orders.sql <<'SQL'
{{ config(materialized='table') }}
select 1 as order_id, 10.00::decimal(18,2) as total
SQL
cat > models/revenue.sql <<'SQL'
{{ config(materialized='view') }}
select sum(total) as revenue from {{ ref('orders') }}
SQL

venv/bin/python - <<'PY'
import os
import sys
from importlib.metadata import version

import duckdb
from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.cli.main import dbtRunner

print("dbt-core", version("dbt-core"), "dbt-duckdb", version("dbt-duckdb"), "duckdb", version("duckdb"))
if not dbtRunner().invoke(["--quiet", "run"]).success:
    sys.exit("dbt failed: nothing shown.")
DuckDBConnectionManager.close_all_connections()
with duckdb.connect("warehouse.duckdb") as db:
    db.sql("create view by_hand as select sum(total) as revenue from orders")
os.rename("warehouse.duckdb", "published.duckdb")


def read(name):
    with duckdb.connect("published.duckdb", read_only=True) as db:
        try:
            return str(db.sql(f"select revenue from {name}").fetchone()[0])
        except duckdb.Error as error:
            return str(error)


print("Expected: the view reads 10.00 from the table beside it, whatever the file is called")
print(f"Seen: dbt's view: {read('revenue')}")
print(f"      the same view made by hand: {read('by_hand')}")
if 'Catalog "warehouse" does not exist' not in read("revenue") or read("by_hand") != "10.00":
    sys.exit("This has changed.")
PY
