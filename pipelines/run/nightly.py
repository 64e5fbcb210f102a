"""Run the nightly job now, in this process: `klantwaarde run`.

The very job that the schedule starts, with its progress on the screen and the summary at the end. Exits with 1 when
a stage failed and with 2 when the settings are wrong.

Dagster keeps its run history in the home. A home that is full or cannot be written is therefore told from here, before
Dagster starts, and when Dagster itself fails.
"""

from __future__ import annotations

import gc
import sys
import time
import warnings
from typing import TYPE_CHECKING

from pipelines import disk
from pipelines.alerts.failed import failed_night
from pipelines.alerts.send import send
from pipelines.errors import SettingsError, ShopError, runbook_heading
from pipelines.run import instance, progress
from pipelines.settings import load_settings

if TYPE_CHECKING:
    from pathlib import Path

    import dagster as dg

    from pipelines.settings import Settings


def main(config: Path | None = None) -> int:
    """Run the job and print the summary; the shop's file is that of `load_settings`."""
    started = time.monotonic()
    try:
        settings = load_settings(config)
    except SettingsError as error:
        print(error, file=sys.stderr)
        return 2
    # Dagster and dbt make half a million objects that live until the end. To go through them again and again takes the
    # garbage collector 2.3 of CDNOW's 27 CPU-seconds; this way, 1.1.
    gc.set_threshold(50_000, 20, 20)
    progress.show(sys.stdout, started)
    print(f"klantwaarde: the nightly job of shop {settings.shop.id}, as of {settings.as_of_date}", flush=True)
    try:
        instance.prepare(settings)
        disk.require_space(settings)
        is_good = _run_job(settings)
    except Exception as error:
        told = _in_our_words(settings, error)
        # No stage failed that could have told so: one alert for each start.
        send(settings, [failed_night(settings, f"{time.time()}", "", str(told or repr(error)), told or error)])
        if told is None:
            raise
        print(f"{told}\nSee docs/runbook.md, {runbook_heading(told)!r}.", file=sys.stderr)
        return 1
    if not is_good:
        return 1
    from pipelines.run.summary import summarise

    print(f"\n{summarise(settings)}")
    return 0


def _run_job(settings: Settings) -> bool:
    import dagster as dg

    # Backfill policies are marked beta; the version is pinned, and the tests run a backfill.
    warnings.simplefilter("ignore", dg.BetaWarning)

    from pipelines.definitions import defs

    with dg.DagsterInstance.get() as dagster_instance:
        outcome = defs.resolve_job_def("nightly").execute_in_process(
            instance=dagster_instance,
            # Dagster's own log is kept for the UI; the screen shows what the stages say.
            run_config={"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}},
            raise_on_error=False,
        )
    for event in outcome.all_events:
        if event.is_step_failure:
            _explain(settings, event)
    return outcome.success


def _in_our_words(settings: Settings, error: Exception) -> ShopError | None:
    """An error of ours, or the disk's; None for any other, whose traceback somebody needs."""
    if isinstance(error, ShopError):
        return error
    return disk.cannot_write(settings.home, error) if disk.is_unwritable(error) else None


def _explain(settings: Settings, event: dg.DagsterEvent) -> None:
    """Print our own words for a failed stage; a failure that is not ours keeps its traceback."""
    data = event.step_failure_data
    if data.user_failure_data is not None and data.user_failure_data.description:
        print(f"\n{data.user_failure_data.description}", file=sys.stderr)
    elif data.error is not None and disk.says_unwritable(str(data.error)):
        print(f"\n{disk.cannot_write(settings.home, OSError(data.error.message.strip()))}", file=sys.stderr)
    elif data.error is not None:
        print(f"\n{data.error}", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
