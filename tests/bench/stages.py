"""One stage in this process, and what it cost, as JSON on the last line."""

from __future__ import annotations

import datetime as dt
import json
import resource
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from pipelines.database import scratch
from pipelines.extraction import extract
from pipelines.landing import store
from pipelines.prediction import predict
from pipelines.publishing import publish
from pipelines.settings import Settings
from pipelines.sources.source import open_source
from pipelines.validation import validate
from pipelines.warehouse import load, transform
from tests.bench.floor import FLOOR
from tests.support.shops import make_settings

NOW = dt.datetime(2025, 1, 1, 1, 30)


def _extract(settings: Settings) -> None:
    with closing(open_source(settings)) as source:
        extract.extract_changes(settings, source, NOW)


def _validate(settings: Settings) -> None:
    report = validate.validate_landing(settings)
    assert not report.rejected, report.rejected


def _load(settings: Settings) -> None:
    load.load_accepted(settings)


def _transform(settings: Settings) -> None:
    transform.build(settings, transform.BEFORE_PREDICTIONS).raise_on_failure()


def _predict(settings: Settings) -> None:
    predict.predict_customers(settings)


def _marts(settings: Settings) -> None:
    transform.build(settings, transform.AFTER_PREDICTIONS).raise_on_failure()


def _publish(settings: Settings) -> None:
    publish.publish(settings, "bench")


def _floor(settings: Settings) -> None:
    """One bare query from the landed Parquet files to the customer table."""
    days = store.landed_days(settings)
    files = {name: store.day_files(settings, name, days) for name in ("orders", "order_lines", "refunds")}
    with scratch() as db:
        db.execute("set threads = 2")
        db.execute(
            f"copy ({FLOOR}) to '{_floor_file(settings)}' (format parquet)", {**files, "as_of": settings.as_of_date}
        )


def check_floor(settings: Settings) -> None:
    """The floor's customers are the pipeline's own. Not part of the stage: it would count as the floor's cost."""
    columns = "customer_id, order_count, purchase_day_count, first_order_date, last_order_date, gross_amount, "
    columns += "discount_amount, refunded_amount, net_revenue_amount, cost_amount, contribution_amount, "
    columns += "is_cost_complete, median_order_value_amount, median_gap_days, last_gap_days, first_country, "
    columns += "first_sales_channel, first_marketing_channel, top_category"
    with scratch() as db:
        db.execute(f"attach '{settings.warehouse_path}' as warehouse (read_only)")
        floor = f"select {columns} from read_parquet('{_floor_file(settings)}')"
        tables = "warehouse.core.customer_features inner join warehouse.core.customer_rhythms using (customer_id) "
        tables += "inner join warehouse.core.customer_groups using (customer_id)"
        own = f"select {columns} from {tables}"
        difference = db.execute(
            f"select count(*) from (({floor} except {own}) union all ({own} except {floor}))"
        ).fetchone()
    assert difference == (0,), f"the floor and the pipeline differ on {difference} rows"


def _floor_file(settings: Settings) -> Path:
    return settings.home / "floor.parquet"


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
