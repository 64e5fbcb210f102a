#!/usr/bin/env bash
# DuckDB keeps one database for each path in a process while any connection to it is open. A BI server that
# reconnects to a file which was replaced meanwhile goes on seeing yesterday's figures as long as one old
# connection is left in its pool. (Not where the path is a link that was turned to another file.)
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet 'duckdb==1.5.5'

venv/bin/python - <<'PY'
import os
import subprocess
import sys
from importlib.metadata import version

import duckdb

print("duckdb", version("duckdb"))
for file, night in (("published.duckdb", "yesterday"), ("next.duckdb", "today")):
    with duckdb.connect(file) as db:
        db.execute("create table release as select ? as night", [night])


def read(db):
    return db.sql("from release").fetchone()[0]


pooled = duckdb.connect("published.duckdb", read_only=True)
read(pooled)
os.replace("next.duckdb", "published.duckdb")
with duckdb.connect("published.duckdb", read_only=True) as new:
    reconnected = read(new)
command = "import duckdb; print(duckdb.connect('published.duckdb', read_only=True).sql('from release').fetchone()[0])"
elsewhere = subprocess.run([sys.executable, "-c", command], capture_output=True, text=True, check=True).stdout.strip()
pooled.close()
with duckdb.connect("published.duckdb", read_only=True) as new:
    last = read(new)

# The same by a link to a file that is never replaced itself.
for night in ("yesterday", "today"):
    with duckdb.connect(f"{night}.duckdb") as db:
        db.execute("create table release as select ? as night", [night])
os.symlink("yesterday.duckdb", "link.duckdb")
pooled = duckdb.connect("link.duckdb", read_only=True)
os.symlink("today.duckdb", "next_link")
os.replace("next_link", "link.duckdb")
with duckdb.connect("link.duckdb", read_only=True) as new:
    by_link = read(new)

print("Expected: a new connection reads the file that lies under the path: today")
print(f"Seen: a new connection beside an old one: {reconnected}; another process at the same time: {elsewhere}; "
      f"once the old connection is closed: {last}")
print(f"      where the path is a link, and the link was turned: {by_link}")
if (reconnected, elsewhere, last, by_link) != ("yesterday", "today", "today", "today"):
    sys.exit("This has changed.")
PY
