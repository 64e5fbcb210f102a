"""A night without Dagster: the stages one after the other, for tests that need several nights."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from contextlib import closing
from typing import Any

from pipelines import extraction, loading, publishing, transform, validation, warehouse
from pipelines.errors import BatchRejected
from pipelines.settings import Settings
from pipelines.sources import open_source

NOW = dt.datetime(2024, 3, 1, 1, 30)


def take_in(settings: Settings, days: Iterable[dt.date] | None = None) -> None:
    """Extract, validate and load: what changed, or the days given."""
    with closing(open_source(settings)) as source:
        if days is None:
            extraction.extract_changes(settings, source, NOW)
        else:
            extraction.extract_days(settings, source, days, NOW)
    report = validation.validate_landing(settings)
    if report.rejected:
        raise BatchRejected("\n".join(report.rejected))
    loading.load_accepted(settings)


def build_marts(settings: Settings) -> dict[str, Any]:
    """Transform and publish; the content hash of each mart."""
    transform.build(settings).raise_on_failure()
    return {name: facts["sha256"] for name, facts in publishing.publish(settings, "test").tables.items()}


def run_night(settings: Settings, days: Iterable[dt.date] | None = None) -> dict[str, Any]:
    """A whole night; the content hash of each mart."""
    take_in(settings, days)
    return build_marts(settings)


def query(settings: Settings, sql: str) -> list[tuple[Any, ...]]:
    """Rows of the working warehouse."""
    with warehouse.connect(settings) as db:
        return db.execute(sql).fetchall()
