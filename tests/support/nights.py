"""A night without Dagster: the stages one after the other, for tests that need several nights."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from contextlib import closing
from typing import Any

from pipelines import database
from pipelines.errors import BatchRejected
from pipelines.extraction.extract import extract_changes, extract_days
from pipelines.prediction.predict import predict_customers
from pipelines.publishing.publish import publish as publish_marts
from pipelines.settings import Settings
from pipelines.sources.source import open_source
from pipelines.validation.validate import validate_landing
from pipelines.warehouse import transform
from pipelines.warehouse.load import load_accepted
from tests.support.dbt_models import make_models

NOW = dt.datetime(2024, 3, 1, 1, 30)


def extract(settings: Settings, days: Iterable[dt.date] | None = None) -> None:
    """Land what changed, or the days given."""
    with closing(open_source(settings)) as source:
        if days is None:
            extract_changes(settings, source, NOW)
        else:
            extract_days(settings, source, days, NOW)


def validate(settings: Settings) -> None:
    """Validate, and raise if the batch is rejected."""
    report = validate_landing(settings)
    if report.rejected:
        raise BatchRejected("\n".join(report.rejected))


def load(settings: Settings) -> None:
    """Load what was accepted."""
    load_accepted(settings)


def transform_core(settings: Settings) -> None:
    """Build what the models read."""
    transform.build(settings, transform.BEFORE_PREDICTIONS).raise_on_failure()


def predict(settings: Settings) -> None:
    """Predict."""
    predict_customers(settings)


def transform_marts(settings: Settings) -> None:
    """Build what needs predictions."""
    transform.build(settings, transform.AFTER_PREDICTIONS).raise_on_failure()


def publish(settings: Settings) -> dict[str, Any]:
    """Publish; the content hash of each mart."""
    return {name: facts["sha256"] for name, facts in publish_marts(settings, "test").tables.items()}


STAGES: dict[str, Callable[[Settings], Any]] = {
    "extract": extract,
    "validate": validate,
    "load": load,
    "transform": transform_core,
    "predict": predict,
    "marts": transform_marts,
    "publish": publish,
}


def take_in(settings: Settings, days: Iterable[dt.date] | None = None) -> None:
    """Extract, validate and load: what changed, or the days given."""
    extract(settings, days)
    validate(settings)
    load(settings)


def build_marts(settings: Settings) -> dict[str, Any]:
    """Transform, predict and publish; the content hash of each mart.

    By the SQL that dbt compiles, in half the time of dbt's own builds; `test_nights.py` holds it against those.
    """
    make_models(settings.warehouse_path, predict=lambda _: predict(settings))
    return publish(settings)


def run_night(settings: Settings, days: Iterable[dt.date] | None = None) -> dict[str, Any]:
    """A night, its models as in `build_marts`; the content hash of each mart."""
    take_in(settings, days)
    return build_marts(settings)


def run_every_stage(settings: Settings) -> dict[str, Any]:
    """A night as in production, with dbt's own builds; the content hash of each mart."""
    return [stage(settings) for stage in STAGES.values()][-1]


def query(settings: Settings, sql: str) -> list[tuple[Any, ...]]:
    """Rows of the working warehouse."""
    with database.connect(settings) as db:
        return db.execute(sql).fetchall()
