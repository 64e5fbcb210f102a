"""Alerts that no stage can give: of runs that died, and of what is found by looking at the home now and then."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import dagster as dg

from pipelines.alerts.failed import failed_night
from pipelines.alerts.send import send
from pipelines.alerts.watch import due_alerts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipelines.settings import Settings

# A run's own stage tells its failure at once; this is for a run that was killed, which Dagster gives up after hours,
# or that never started.
FAILED_RUN_SECONDS = 60
WATCH_SECONDS = 3600


def make_sensors(settings: Settings, nightly: dg.UnresolvedAssetJobDefinition) -> Sequence[dg.SensorDefinition]:
    """The sensors of a shop that has somebody to tell; none for any other."""
    if not settings.alerts.is_on:
        return []

    @dg.run_failure_sensor(
        name="alert_failed_nights",
        description="Tells of a failed night that could not tell so itself, such as a run that was killed.",
        monitored_jobs=[nightly],
        minimum_interval_seconds=FAILED_RUN_SECONDS,
        default_status=dg.DefaultSensorStatus.RUNNING,
    )
    def alert_failed_nights(context: dg.RunFailureSensorContext) -> None:
        run_id, message = context.dagster_run.run_id, context.failure_event.message or "The run failed."
        send(settings, [failed_night(settings, run_id, "", message)])

    @dg.sensor(
        name="alert_stale_marts",
        description="Tells when no new marts were published for days, or the disk is too full for the next night.",
        minimum_interval_seconds=WATCH_SECONDS,
        default_status=dg.DefaultSensorStatus.RUNNING,
    )
    def alert_stale_marts() -> dg.SkipReason:
        due = due_alerts(settings, dt.datetime.now(dt.UTC))
        send(settings, due)
        return dg.SkipReason("; ".join(alert.subject for alert in due) or "The marts are fresh, and the disk has room.")

    return [alert_failed_nights, alert_stale_marts]
