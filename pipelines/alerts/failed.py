"""The alert about a night that failed, by what Dagster or `make run` know of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.alerts.alert import Alert
from pipelines.errors import BatchRejected, runbook_heading

if TYPE_CHECKING:
    from pipelines.settings import Settings
    from pipelines.settings.alerts import Event

# More would not be read on a telephone; the rest is in the run's log.
MAX_CHARACTERS = 3_000

# dbt's tests that look for money in no named step; their names stand in the message of a failed transform stage.
RESIDUAL_WORDS = "_no_residual"


def failed_night(
    settings: Settings, run_id: str, stage: str, message: str, error: BaseException | None = None
) -> Alert:
    """A night that failed.

    Args:
        settings: The shop's.
        run_id: Dagster's id of the run; whoever notices its failure, it is told once.
        stage: Where it failed; empty if in no stage.
        message: Why, in our own words where there are some.
        error: The exception, if known.
    """
    events: tuple[Event, ...] = ("failed_night",)
    causes = []
    while error is not None:
        causes.append(error)
        error = error.__cause__
    if RESIDUAL_WORDS in message or any(isinstance(cause, BatchRejected) for cause in causes):
        events = ("failed_night", "tripped_limit")
    where = f" in stage {stage}" if stage else ""
    kept = "The last good marts stay published." if settings.published_path.exists() else "No night has published yet."
    text = message if len(message) <= MAX_CHARACTERS else f"{message[:MAX_CHARACTERS]} …"
    return Alert(
        events,
        f"failed_night {run_id}",
        f"the night of {settings.as_of_date} failed{where}",
        f"{text}\n\nSee docs/runbook.md, {runbook_heading(causes[0] if causes else None)!r}. {kept}",
    )
