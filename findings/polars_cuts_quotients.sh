#!/usr/bin/env bash
# polars: a decimal divided by a decimal keeps the first one's scale, so a share or a rate of two amounts has
# two decimals. Small rates become 0. polars' own SQL and DuckDB, asked the same of the same frame, keep the
# digits.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet 'polars==2.1.0' 'duckdb==1.5.5' 'pyarrow==26.0.1'

venv/bin/python - <<'PY'
import sys
from decimal import Decimal
from importlib.metadata import version

import duckdb
import polars as pl

print("polars", version("polars"), "duckdb", version("duckdb"))
money = pl.Decimal(18, 2)
rows = {"refunds": [Decimal("0.62")], "revenue": [Decimal("200.00")]}
days = pl.DataFrame(rows, schema={"refunds": money, "revenue": money})
by_expression = days.select(pl.col("refunds") / pl.col("revenue")).item()
by_sql = days.sql("select refunds / revenue as rate from self").item()
by_duckdb = duckdb.sql("select refunds / revenue from days").fetchone()[0]

print("Expected: a refund rate of 0.0031 either way")
print(f"Seen: by expression: {by_expression}; by polars' SQL: {by_sql}; by DuckDB: {by_duckdb}")
if by_expression != 0 or by_sql != Decimal("0.0031") or by_duckdb != 0.0031:
    sys.exit("This has changed.")
PY
