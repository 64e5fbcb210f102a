#!/usr/bin/env bash
# DuckDB: the median of an even number of decimals is the mean of the two in the middle, which may need one digit more
# than they have. The digit is cut, not rounded, as casts and round() do: downwards in 1.5, towards zero in 2.0, so from
# one to the other the median of negative amounts moves.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
cat >look.py <<'PY'
import sys
from importlib.metadata import version

import duckdb

print("duckdb", version("duckdb"))
found = {}
for name, low, high in (("positive", "0.01", "0.02"), ("negative", "-0.02", "-0.01")):
    amounts = f"(values ({low}::decimal(18, 2)), ({high}::decimal(18, 2))) amounts(amount)"
    expected = duckdb.sql(f"select ((min(amount) + max(amount)) * 0.5)::decimal(18, 2) from {amounts}").fetchall()[0]
    seen = duckdb.sql(f"select median(amount), quantile_cont(amount, 0.5) from {amounts}").fetchall()[0]
    print(f"Expected: the median of {low} and {high} is {expected[0]}, as a cast rounds it. Seen: {seen[0]}, {seen[1]}")
    found[name] = [str(value) for value in (*expected, *seen)]
if found != {"positive": ["0.02", "0.01", "0.01"], "negative": ["-0.02", *sys.argv[1:]]}:
    sys.exit("This has changed.")
PY
for release in '1.5.5 -0.02 -0.02' '2.0.0 -0.01 -0.01'; do
    read -r number median quantile <<<"$release"
    python3 -m venv "venv-$number"
    "venv-$number/bin/pip" install --quiet "duckdb==$number"
    "venv-$number/bin/python" look.py "$median" "$quantile"
done
