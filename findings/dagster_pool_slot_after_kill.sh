#!/usr/bin/env bash
# Dagster: a step's place in a pool is a row in Dagster's database. A run that is killed leaves the row behind,
# and reporting that run as failed does not free it: the next night waits for a run that no longer exists. (The
# daemon frees it where `run_monitoring: free_slots_after_run_end_seconds` is set; nothing does for runs without
# a daemon.)
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet 'dagster==1.13.27'

export DAGSTER_HOME="$work/home"
mkdir home
cat > home/dagster.yaml <<'YML'
telemetry: {enabled: false}
concurrency: {pools: {default_limit: 1, granularity: op}}
YML
cat > night.py <<'PY'
import time
from pathlib import Path

import dagster as dg


@dg.asset(pool="warehouse")
def load():
    Path("loading").touch()
    time.sleep(60)


dg.materialize([load], instance=dg.DagsterInstance.get())
PY

venv/bin/python - <<'PY'
import subprocess
import sys
import time
from importlib.metadata import version
from pathlib import Path

import dagster as dg

print("dagster", version("dagster"))

# The night is killed while its only step is under way.
night = subprocess.Popen([sys.executable, "night.py"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
while not Path("loading").exists():
    if night.poll() is not None:
        sys.exit("The night ended by itself: nothing shown.")
    time.sleep(0.2)
night.kill()
night.wait()

with dg.DagsterInstance.get() as instance:
    (run,) = instance.get_runs()
    before = run.status.value
    instance.report_run_failed(run, "its process is gone")
    after = instance.get_run_by_id(run.run_id).status.value
    pool = instance.event_log_storage.get_concurrency_info("warehouse")
    # What the executor of the next run asks before its step; it asks again until it gets a place.
    claim = instance.event_log_storage.claim_concurrency_slot("warehouse", "the next run", "load")

print("Expected: once the killed run is reported as failed, its place in the pool is free for the next run")
held_by_dead = [slot.run_id for slot in pool.claimed_slots] == [run.run_id]
print(f"Seen: run {before}, then {after}; places {pool.slot_count}, taken {pool.active_slot_count}, "
      f"by the killed run: {held_by_dead}; the next run is {claim.slot_status.value}")
if not (after == "FAILURE" and held_by_dead and claim.slot_status.value == "BLOCKED"):
    sys.exit("This has changed.")
PY
