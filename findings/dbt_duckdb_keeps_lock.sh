#!/usr/bin/env bash
# dbt-duckdb: `dbtRunner().invoke()` returns, and the process still holds the lock on the DuckDB file until it
# ends. A step after dbt that reads the file in a process of its own, a BI refresh for instance, fails.
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
import subprocess
import sys
from importlib.metadata import version

from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.cli.main import dbtRunner

print("dbt-core", version("dbt-core"), "dbt-duckdb", version("dbt-duckdb"), "duckdb", version("duckdb"))
if not dbtRunner().invoke(["--quiet", "run"]).success:
    sys.exit("dbt failed: nothing shown.")


def other_process():
    read = "import duckdb; print(duckdb.connect('warehouse.duckdb', read_only=True).sql('from orders').fetchall())"
    done = subprocess.run([sys.executable, "-c", read], capture_output=True, text=True)
    return (done.stdout or done.stderr).strip().splitlines()[-1].partition(" is held")[0]


held = other_process()
DuckDBConnectionManager.close_all_connections()
released = other_process()

print("Expected: dbt has returned, so another process can read the file: [(1,)]")
print(f"Seen: {held}")
print(f"      after closing dbt-duckdb's connections by hand: {released}")
if "Conflicting lock" not in held or released != "[(1,)]":
    sys.exit("This has changed.")
PY
