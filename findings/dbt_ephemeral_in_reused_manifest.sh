#!/usr/bin/env bash
# dbt: a manifest that is handed to `dbtRunner` is used up by its first build when the project has an ephemeral
# model. The second build with the same manifest looks for a table `__dbt__cte__...` that does not exist.
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
echo "select 10.00::decimal(18,2) as total" > models/orders.sql
cat > models/paid.sql <<'SQL'
{{ config(materialized='ephemeral') }}
select * from {{ ref('orders') }} where total > 0
SQL
echo "select sum(total) as revenue from {{ ref('paid') }}" > models/revenue.sql

venv/bin/python - <<'PY'
import sys
from importlib.metadata import version

from dbt.cli.main import dbtRunner

print("dbt-core", version("dbt-core"), "dbt-duckdb", version("dbt-duckdb"), "duckdb", version("duckdb"))
manifest = dbtRunner().invoke(["--quiet", "parse"]).result


def build():
    # Silent: dbt would print the failure that is shown below.
    done = dbtRunner(manifest=manifest).invoke(["--log-level", "none", "build"])
    messages = {result.node.name: result.message for result in done.result.results}
    return done.success, " ".join(messages["revenue"].split())


first, _ = build()
second, message = build()
print("Expected: the same manifest builds the same project as often as one likes")
print(f"Seen: first build succeeds: {first}; second: {second}, {message}")
if not (first and not second and "__dbt__cte__paid does not exist" in message):
    sys.exit("This has changed.")
PY
