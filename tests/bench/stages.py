"""One stage in this process, and what it cost, as JSON on the last line."""

from __future__ import annotations

import datetime as dt
import json
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path

from pipelines import extraction, landing, loading, prediction, publishing, transform, validation
from pipelines.settings import Settings
from pipelines.sources import open_source
from pipelines.warehouse import scratch
from tests.shops import make_settings

NOW = dt.datetime(2025, 1, 1, 1, 30)


def _extract(settings: Settings) -> None:
    extraction.extract_changes(settings, open_source(settings), NOW)


def _validate(settings: Settings) -> None:
    report = validation.validate_landing(settings)
    assert not report.rejected, report.rejected


def _load(settings: Settings) -> None:
    loading.load_accepted(settings)


def _transform(settings: Settings) -> None:
    transform.build(settings, transform.BEFORE_PREDICTIONS).raise_on_failure()


def _predict(settings: Settings) -> None:
    prediction.predict_customers(settings)


def _marts(settings: Settings) -> None:
    transform.build(settings, transform.AFTER_PREDICTIONS).raise_on_failure()


def _publish(settings: Settings) -> None:
    publishing.publish(settings, "bench")


def _floor(settings: Settings) -> None:
    """From landed Parquet to one row a customer: orders, money, first, last, mean gap, quintile."""
    days = landing.landed_days(settings)
    with scratch() as db:
        db.execute("set threads = 2")
        db.execute(
            """
            create table customers as
            with amounts as (
                select order_id, sum(net_amount) as amount from read_parquet($lines) group by order_id
            ),
            orders as (
                select customer_id, placed_at, amount,
                    date_diff(
                        'day', lag(placed_at) over (partition by customer_id order by placed_at, order_id), placed_at
                    ) as gap_days
                from read_parquet($orders)
                inner join amounts using (order_id)
                where customer_id is not null
            ),
            totals as (
                select customer_id, count(*) as order_count, sum(amount) as amount, min(placed_at) as first_at,
                    max(placed_at) as last_at, avg(gap_days) as mean_gap_days, median(amount) as median_amount
                from orders
                group by customer_id
            )
            select *, ntile(5) over (order by amount, customer_id) as quintile from totals
            """,
            {
                "orders": landing.day_files(settings, "orders", days),
                "lines": landing.day_files(settings, "order_lines", days),
            },
        )


STAGES: dict[str, Callable[[Settings], None]] = {
    "extract": _extract,
    "validate": _validate,
    "load": _load,
    "transform": _transform,
    "predict": _predict,
    "marts": _marts,
    "publish": _publish,
    "floor": _floor,
}


def main(stage: str, folder: str, start: str, as_of: str) -> None:
    settings = make_settings(
        Path(folder), shop={"start_date": dt.date.fromisoformat(start), "as_of": dt.date.fromisoformat(as_of)}
    )
    wall = time.monotonic()
    STAGES[stage](settings)
    usage = resource.getrusage(resource.RUSAGE_SELF)
    print(
        json.dumps(
            {
                "wall": time.monotonic() - wall,
                "cpu": usage.ru_utime + usage.ru_stime,
                "peak_mb": usage.ru_maxrss / 1024,
            }
        )
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
