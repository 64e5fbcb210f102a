#!/usr/bin/env bash
# Dagster with its SQLite storage makes a new SQLAlchemy engine, with a compiled-statement cache and a
# connection of its own, for every event that it writes: hundreds a night, all for the same two files.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet 'dagster==1.13.27' 'sqlalchemy==2.1.9'

export DAGSTER_HOME="$work/home"
mkdir home
echo 'telemetry: {enabled: false}' > home/dagster.yaml

venv/bin/python - <<'PY'
import sys
from collections import Counter
from importlib.metadata import version
from pathlib import PurePath

import sqlalchemy

made = Counter()
make_engine = sqlalchemy.create_engine


def counted(url, *args, **options):
    made[PurePath(str(url)).name] += 1
    return make_engine(url, *args, **options)


sqlalchemy.create_engine = counted
import dagster as dg  # noqa: E402 - after the counter, which it takes for SQLAlchemy's own function

print("dagster", version("dagster"), "sqlalchemy", version("sqlalchemy"))


def mart(number):
    @dg.asset(name=f"mart_{number}")
    def build():
        return dg.MaterializeResult(metadata={"rows": number})

    return build


with dg.DagsterInstance.get() as instance:
    quiet = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}
    run = dg.materialize([mart(n) for n in range(10)], instance=instance, run_config=quiet)
    events = len(instance.all_logs(run.run_id))
engines = made[f"{run.run_id}.db"]

print("Expected: a run's file of events has one engine, or one for each thread")
print(f"Seen: {events} events, {engines} engines for the run's file, {made['index.db']} for the index")
if engines < events:
    sys.exit("This has changed.")
PY
