#!/usr/bin/env bash
# dbt: where the profile takes the warehouse's path from an environment variable, another path throws away what
# dbt had parsed, though no model reads the variable. One project for many shops is so parsed anew for each of
# them. Keeping the parsed manifest instead works only for files of the same name: it holds DuckDB's catalog,
# which is the file's name.
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
echo "select 1 as order_id" > models/orders.sql

venv/bin/python - <<'PY'
import os
import sys
from importlib.metadata import version

from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.cli.main import dbtRunner

print("dbt-core", version("dbt-core"), "dbt-duckdb", version("dbt-duckdb"), "duckdb", version("duckdb"))


def parse(path):
    os.environ["WAREHOUSE"] = path
    said = []
    done = dbtRunner(callbacks=[lambda event: said.append(event.info.msg)]).invoke(["--quiet", "parse"])
    (about,) = [text for text in said if text.startswith(("Unable to do partial", "Partial parsing enabled, no"))]
    return done.result, about


def build(manifest, path):
    os.environ["WAREHOUSE"] = path
    done = dbtRunner(manifest=manifest).invoke(["--log-level", "none", "build"])
    DuckDBConnectionManager.close_all_connections()
    return "builds" if done.success else " ".join(str(done.exception).split())


os.makedirs("shop_a")
os.makedirs("shop_b")
parse("shop_a/warehouse.duckdb")
_, again = parse("shop_a/warehouse.duckdb")
manifest, other_shop = parse("shop_b/warehouse.duckdb")
same_name = build(manifest, "shop_a/warehouse.duckdb")
other_name = build(manifest, "shop_a/orders.duckdb")

print("Expected: the path changes no model, so nothing is parsed again, and a parsed project builds any file")
print(f"Seen: same path: {again}")
print(f"      another path: {other_shop}")
print(f"      the manifest kept, a file of the same name: {same_name}; of another name: {other_name}")
if not (
    again.startswith("Partial parsing enabled, no changes")
    and other_shop.startswith("Unable to do partial parsing")
    and same_name == "builds"
    and 'Catalog "warehouse" does not exist' in other_name
):
    sys.exit("This has changed.")
PY
