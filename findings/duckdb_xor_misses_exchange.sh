#!/usr/bin/env bash
# DuckDB: a table's fingerprint by bit_xor over the hash of its rows does not change when two rows exchange a value, such
# as two orders their amounts. The hash of several columns is made of the columns' hashes by exclusive or, and so all of
# them fall out of the sum one by one. The hash of that hash, added up, does change.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet duckdb==1.5.5
venv/bin/python - <<'PY'
import sys
from importlib.metadata import version

import duckdb

print("duckdb", version("duckdb"))
before = "(values ('A1', 10.00), ('A2', 20.00)) orders(order_id, amount)"
after = "(values ('A1', 20.00), ('A2', 10.00)) orders(order_id, amount)"
changed = {}
for fingerprint in (
    "bit_xor(hash(order_id, amount))",
    "bit_xor(hash(orders))",
    "sum(hash(hash(order_id, amount)))",
):
    first, second = (duckdb.sql(f"select {fingerprint} from {rows}").fetchone() for rows in (before, after))
    changed[fingerprint] = first != second
    print(f"Expected: {fingerprint} changes when two orders exchange their amounts. Seen: {'it does' if first != second else 'the same'}")
if list(changed.values()) != [False, False, True]:
    sys.exit("This has changed.")
PY
