#!/usr/bin/env bash
# DuckDB names a catalog after its file. A file called like one of its schemas cannot be queried by the names
# under which it was built: a release of schema `marts` as `marts.duckdb` breaks every saved query.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet 'duckdb==1.5.5'

venv/bin/python - <<'PY'
import os
import sys
from importlib.metadata import version

import duckdb

print("duckdb", version("duckdb"))
with duckdb.connect("build.duckdb") as db:
    db.execute("create schema marts")
    db.execute("create table marts.customers as select 1 as customer_id")


def read(file, table):
    with duckdb.connect(file, read_only=True) as db:
        try:
            return str(db.sql(f"from {table}").fetchall())
        except duckdb.Error as error:
            return str(error)


before = read("build.duckdb", "marts.customers")
os.rename("build.duckdb", "marts.duckdb")
after = read("marts.duckdb", "marts.customers")

print(f"Expected: marts.customers reads {before}, whatever the file is called")
print(f"Seen: in marts.duckdb: {after}")
print(f"      there as marts.marts.customers: {read('marts.duckdb', 'marts.marts.customers')}")
if before != "[(1,)]" or "Ambiguous reference" not in after:
    sys.exit("This has changed.")
PY
