#!/usr/bin/env bash
# DuckDB: where one batch holds an order twice, as exports with changes do, neither an upsert nor MERGE objects.
# The first row wins, so the newer state is lost; and MERGE inserts an order that is new once for each of its
# rows.
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
BATCH = "(values (1, 'paid'), (1, 'refunded'), (2, 'pending'), (2, 'paid')) batch(order_id, status)"
db = duckdb.connect()
db.execute("create table upserted (order_id integer primary key, status varchar)")
db.execute("create table merged (order_id integer, status varchar)")
for table in ("upserted", "merged"):
    db.execute(f"insert into {table} values (1, 'pending')")
db.execute(f"insert into upserted from {BATCH} on conflict do update set status = excluded.status")
db.execute(f"""
    merge into merged using (from {BATCH}) batch on merged.order_id = batch.order_id
    when matched then update set status = batch.status
    when not matched then insert values (batch.order_id, batch.status)
""")
upserted, merged = (db.sql(f"from {table} order by all").fetchall() for table in ("upserted", "merged"))

print("Expected: an error, as PostgreSQL gives for either, or the last state: 1 refunded, 2 paid")
print(f"Seen: insert ... on conflict do update: {upserted}")
print(f"      merge into: {merged}")
if upserted != [(1, "paid"), (2, "pending")] or merged != [(1, "paid"), (2, "paid"), (2, "pending")]:
    sys.exit("This has changed.")
PY
