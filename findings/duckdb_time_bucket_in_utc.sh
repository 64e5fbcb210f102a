#!/usr/bin/env bash
# DuckDB: `date_trunc` on an instant counts days and months in the session's time zone, `time_bucket` in UTC
# whatever the session says. The first orders of a month lie in the month before, in a shop east of Greenwich.
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
db = duckdb.connect()
db.execute("set TimeZone = 'Europe/Amsterdam'")
db.execute("create table orders as select timestamptz '2026-05-01 00:30:00+02' as placed_at")
truncated = db.sql("select date_trunc('month', placed_at)::varchar from orders").fetchone()[0]
bucket = db.sql("select time_bucket(interval 1 month, placed_at)::varchar from orders").fetchone()[0]
day = db.sql("select time_bucket(interval 1 day, placed_at)::varchar from orders").fetchone()[0]

print("Expected: an order of 1 May, 00:30 in Amsterdam, lies in May by both functions of an Amsterdam session")
print(f"Seen: date_trunc: {truncated}; time_bucket by month: {bucket}, by day: {day}")
if not (truncated.startswith("2026-05-01 00") and bucket.startswith("2026-04-01 02") and day.startswith("2026-04-30")):
    sys.exit("This has changed.")
PY
