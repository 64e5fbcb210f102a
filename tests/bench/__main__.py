"""Run the pipeline on a synthetic shop and print per stage wall time, CPU, peak memory, and the ratio to a floor.

The floor is one bare DuckDB query, measured in the same run, from the landed Parquet files to the customer table:
what the SQL stages (load, transform) would cost if nothing were kept, tested or explained.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import subprocess
import sys
import tempfile
from pathlib import Path

from pipelines.settings import PROJECT_ROOT
from tests.bench.stages import STAGES
from tests.bench.synthetic import write_synthetic_shop
from tests.shops import make_settings

START, AS_OF = dt.date(2022, 1, 1), dt.date(2025, 1, 1)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--orders", type=int, default=1_000_000)
    orders = arguments.parse_args().orders
    with tempfile.TemporaryDirectory() as folder:
        settings = make_settings(Path(folder), shop={"start_date": START, "as_of": AS_OF})
        write_synthetic_shop(settings.source.path, orders, START, AS_OF)
        print(f"{orders:,} orders, {3 * orders:,} lines, {orders // 5:,} customers\n")
        print(f"{'stage':<12} {'wall s':>8} {'CPU s':>8} {'peak MB':>8}")
        figures = {name: _measure(name, folder) for name in STAGES}
        for name, figure in figures.items():
            print(f"{name:<12} {figure['wall']:>8.1f} {figure['cpu']:>8.1f} {figure['peak_mb']:>8.0f}")
        work = {name: figure for name, figure in figures.items() if name != "floor"}
        print(
            f"{'all':<12} {sum(f['wall'] for f in work.values()):>8.1f} {sum(f['cpu'] for f in work.values()):>8.1f} "
            f"{max(f['peak_mb'] for f in work.values()):>8.0f}"
        )
        sql = figures["load"]["sql_cpu"] + figures["transform"]["sql_cpu"]
        print(
            f"\nSQL stages {sql:.1f} CPU-s, floor {figures['floor']['sql_cpu']:.1f} CPU-s: "
            f"ratio {sql / figures['floor']['sql_cpu']:.1f}"
        )


def _measure(stage: str, folder: str) -> dict[str, float]:
    """Each stage in a process of its own, so that peak memory is its own."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.stages", stage, folder, START.isoformat(), AS_OF.isoformat()],
        cwd=PROJECT_ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        sys.exit(done.stderr)
    return json.loads(done.stdout.splitlines()[-1])


if __name__ == "__main__":
    main()
