#!/usr/bin/env bash
# DuckDB decides on the order of day and month from all dates of a csv file. While no day is past the 12th it
# takes the day first, without a word; the first order of the 13th turns all others round. A US shop's export of
# the first days of a month lies in other months, until a later row moves it.
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
export = Path("orders.csv")
export.write_text("order_id,order_date,total\n1,04/03/2026,10.00\n2,04/05/2026,20.00\n")
read = """
    select strftime(order_date, '%Y-%m') as month, sum(total)::varchar as revenue
    from 'orders.csv' group by month order by month
"""
before = duckdb.sql(read).fetchall()
with export.open("a") as file:
    file.write("3,04/13/2026,5.00\n")
after = duckdb.sql(read).fetchall()

print("Expected: both orders stay in their month (April, as the shop wrote it), or the file is refused")
print(f"Seen: with orders 1 and 2: {before}")
print(f"      with order 3 added:  {after}")
if before != [("2026-03", "10.0"), ("2026-05", "20.0")] or after != [("2026-04", "35.0")]:
    sys.exit("This has changed.")
PY
