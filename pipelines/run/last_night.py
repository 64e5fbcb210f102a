"""The newest run of the nightly job, from Dagster's run history."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import dagster as dg

    from pipelines.settings import Settings


@dataclass(frozen=True)
class Night:
    """One run.

    Attributes:
        started_at: Seconds since the epoch.
        seconds: How long it took; None if it has not ended.
        is_good: Whether every stage succeeded.
        outcome: That in a word.
        reasons: What the stages that failed said, in lines.
    """

    started_at: float
    seconds: float | None
    is_good: bool
    outcome: str
    reasons: list[str]


def last_night(settings: Settings) -> Night | None:
    """The newest run of the nightly job; None before the first."""
    if not (settings.dagster_path / "dagster.yaml").exists():
        return None
    import dagster as dg

    os.environ["DAGSTER_HOME"] = str(settings.dagster_path)
    with dg.DagsterInstance.get() as instance:
        records = instance.get_run_records(dg.RunsFilter(job_name="nightly"), limit=1)
        if not records:
            return None
        record = records[0]
        run = record.dagster_run
        started_at = record.start_time or record.create_timestamp.timestamp()
        return Night(
            started_at,
            None if record.end_time is None else record.end_time - started_at,
            run.is_success,
            "good" if run.is_success else run.status.value.lower(),
            _reasons(instance, run.run_id),
        )


def _reasons(instance: dg.DagsterInstance, run_id: str) -> list[str]:
    import dagster as dg

    lines: list[str] = []
    for entry in instance.all_logs(run_id, of_type=dg.DagsterEventType.STEP_FAILURE):
        data = entry.get_dagster_event().step_failure_data
        ours = data.user_failure_data.description if data.user_failure_data else None
        text = ours or (data.error.message if data.error else "no reason given")
        lines += f"{entry.step_key}: {text.strip()}".splitlines()
    return lines
