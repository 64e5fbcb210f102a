#!/usr/bin/env bash
# duckdb-engine and SQLAlchemy: the two install together without complaint, queries run, but no table's columns
# can be listed. BI tools and `pandas.read_sql_table`, which ask for the columns first, cannot read a DuckDB
# file.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet 'duckdb-engine==0.17.0' 'sqlalchemy==2.1.9' 'duckdb==1.5.5'

venv/bin/python - <<'PY'
import sys
from importlib.metadata import version

import sqlalchemy

print("duckdb-engine", version("duckdb-engine"), "sqlalchemy", version("sqlalchemy"), "duckdb", version("duckdb"))
engine = sqlalchemy.create_engine("duckdb:///published.duckdb")
with engine.begin() as connection:
    connection.execute(sqlalchemy.text("create table customers as select 1 as customer_id"))
    rows = connection.execute(sqlalchemy.text("from customers")).fetchall()
tables = sqlalchemy.inspect(engine).get_table_names()
try:
    columns = str([column["name"] for column in sqlalchemy.inspect(engine).get_columns("customers")])
except sqlalchemy.exc.ProgrammingError as error:
    columns = str(error.orig).splitlines()[0]

print("Expected: columns ['customer_id']")
print(f"Seen: rows {rows}, tables {tables}, columns: {columns}")
if rows != [(1,)] or "pg_collation" not in columns:
    sys.exit("This has changed.")
PY
