"""Run the pipeline on a synthetic shop and print per stage wall time, CPU, peak memory, and the ratio to a floor.

The floor is one bare DuckDB query (`tests.bench.floor`), measured in the same run, from the landed Parquet files to the
customer table, which must be the pipeline's own.
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
from tests.bench import woo
from tests.bench.stages import STAGES, check_floor
from tests.bench.synthetic import write_synthetic_shop
from tests.support.shops import make_settings

START, AS_OF = dt.date(2022, 1, 1), dt.date(2025, 1, 1)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--orders", type=int, default=1_000_000)
    orders = arguments.parse_args().orders
    with tempfile.TemporaryDirectory() as large, tempfile.TemporaryDirectory() as small:
        # The same stages on a shop of a hundred orders: what the tools cost to start, whatever the size.
        start_up = _run(small, 100)
        print(f"{orders:,} orders, {3 * orders:,} lines, {orders // 5:,} customers\n")
        figures = _run(large, orders)
    print(f"{'stage':<12} {'wall s':>8} {'CPU s':>8} {'of it start-up':>15} {'peak MB':>8}")
    for name, figure in figures.items():
        costs = f"{figure['wall']:>8.1f} {figure['cpu']:>8.1f} {start_up[name]['cpu']:>15.1f}"
        print(f"{name:<12} {costs} {figure['peak_mb']:>8.0f}")
    work = [figure for name, figure in figures.items() if name != "floor"]
    print(
        f"{'all stages':<12} {sum(f['wall'] for f in work):>8.1f} {sum(f['cpu'] for f in work):>8.1f} "
        f"{'':>15} {max(f['peak_mb'] for f in work):>8.0f}"
    )
    sql = sum(figures[name]["cpu"] - start_up[name]["cpu"] for name in ("load", "transform", "marts"))
    floor = figures["floor"]["cpu"] - start_up["floor"]["cpu"]
    print(f"\nSQL stages {sql:.1f} CPU-s, floor {floor:.1f} CPU-s, start-up left out of both: ratio {sql / floor:.1f}")
    _print_models()
    _print_woocommerce()


def _print_woocommerce() -> None:
    orders = 100_000
    figures = woo.measure(orders)
    ours, bare = figures["reading"], figures["dlt"]
    print(
        f"\nWooCommerce, first reading of {orders:,} orders: {ours['wall']:.0f} s, {ours['cpu']:.0f} CPU-s, "
        f"{ours['peak_mb']:.0f} MB; bare dlt pipeline, the same pages as Parquet {bare['wall']:.0f} s, "
        f"{bare['cpu']:.0f} CPU-s: ratio {ours['wall'] / bare['wall']:.2f}"
    )


def _print_models() -> None:
    models = _measured("-m", "tests.bench.models")
    print(
        f"\nCLV models, 1,000,000 customers: fit, five horizons {models['point_cpu']:.1f} CPU-s, "
        f"{models['point_mb']:.0f} MB; intervals from 200 draws {models['interval_cpu']:.1f} CPU-s\n"
        f"BG/NBD fit, 100,000 customers: {models['fit_cpu']:.2f} CPU-s, lifetimes {models['lifetimes_fit_cpu']:.2f}: "
        f"{models['lifetimes_fit_cpu'] / models['fit_cpu']:.1f} times"
    )


def _run(folder: str, orders: int) -> dict[str, dict[str, float]]:
    settings = make_settings(Path(folder), shop={"start_date": START, "as_of": AS_OF})
    write_synthetic_shop(Path(folder) / "shop", orders, START, AS_OF)
    figures = {name: _measure(name, folder) for name in STAGES}
    check_floor(settings)
    return figures


def _measure(stage: str, folder: str) -> dict[str, float]:
    """Each stage in a process of its own, so that peak memory is its own."""
    return _measured("-m", "tests.bench.stages", stage, folder, START.isoformat(), AS_OF.isoformat())


def _measured(*arguments: str) -> dict[str, float]:
    done = subprocess.run([sys.executable, *arguments], cwd=PROJECT_ROOT, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(done.stderr)
    figures: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return figures


if __name__ == "__main__":
    main()
