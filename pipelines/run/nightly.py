"""Run the nightly job now, in this process: `make run`.

The very job that the schedule starts, with its progress on the screen and the summary at the end. Exits with 1 when
a stage failed and with 2 when the settings are wrong.
"""

from __future__ import annotations

import gc
import logging
import sqlite3
import sys
import time
import uuid
import warnings
from contextlib import ExitStack, closing, contextmanager
from typing import TYPE_CHECKING, Any

from pipelines.errors import SettingsError, ShopError
from pipelines.run import instance
from pipelines.settings import load_settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    import dagster as dg


def main() -> int:
    """Run the job and print the summary."""
    started = time.monotonic()
    try:
        settings = load_settings()
    except SettingsError as error:
        print(error, file=sys.stderr)
        return 2
    # Dagster and dbt make half a million objects that live until the end; Python's collector goes through them again
    # and again: 3 of CDNOW's 53 CPU-seconds, and 1.8 this way.
    gc.set_threshold(50_000, 20, 20)
    _show_progress(started)
    print(f"klantwaarde: the nightly job of shop {settings.shop.id}, as of {settings.as_of_date}", flush=True)
    try:
        instance.prepare(settings)
        is_good = _run_job()
    except (ShopError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    if not is_good:
        return 1
    from pipelines.run.summary import summarise

    print(f"\n{summarise(settings)}")
    return 0


def _run_job() -> bool:
    import dagster as dg

    # Backfill policies are marked beta; the version is pinned, and the tests run a backfill.
    warnings.simplefilter("ignore", dg.BetaWarning)

    from pipelines.definitions import defs

    run_id = str(uuid.uuid4())
    with dg.DagsterInstance.get() as dagster_instance, _held_open(dagster_instance, run_id):
        outcome = defs.resolve_job_def("nightly").execute_in_process(
            instance=dagster_instance,
            run_id=run_id,
            # Dagster's own log is kept for the UI; the screen shows what the stages say.
            run_config={"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}},
            raise_on_error=False,
        )
    for event in outcome.all_events:
        if event.is_step_failure:
            _explain(event)
    return outcome.success


@contextmanager
def _held_open(dagster_instance: dg.DagsterInstance, run_id: str) -> Iterator[None]:
    """Keep what Dagster writes its events with, hundreds of times a night, from being made anew for each.

    A new engine compiles every statement again, which took a twentieth of CDNOW's CPU-seconds. And SQLite folds its log
    into the file, and waits for the disk, when a file's last connection closes; with another one open that is left to
    the end.
    """
    # SQLite by pipelines/run/dagster.yaml, which names no other storage.
    storage: Any = dagster_instance.event_log_storage
    with _one_engine_a_file(), ExitStack() as connections:
        with storage.run_connection(run_id):
            pass  # Makes the file.
        for shard in ("index", run_id):
            connection = connections.enter_context(closing(sqlite3.connect(storage.path_for_shard(shard))))
            # SQLite opens a file at the first question.
            connection.execute("select count(*) from sqlite_master").fetchall()
        yield


@contextmanager
def _one_engine_a_file() -> Iterator[None]:
    # Dagster offers no setting for it; its version is pinned by uv.lock.
    from dagster._core.storage.event_log.sqlite import sqlite_event_log

    make_engine: Any = sqlite_event_log.create_engine
    engines: dict[str, Any] = {}

    def engine_of(file: str, **options: Any) -> Any:
        if file not in engines:
            engines[file] = make_engine(file, **options)
        return engines[file]

    sqlite_event_log.create_engine = engine_of
    try:
        yield
    finally:
        sqlite_event_log.create_engine = make_engine


def _explain(event: object) -> None:
    """Print our own words for a failed stage; a failure that is not ours keeps its traceback."""
    data = event.step_failure_data  # type: ignore[attr-defined]
    if data.user_failure_data is not None and data.user_failure_data.description:
        print(f"\n{data.user_failure_data.description}", file=sys.stderr)
    elif data.error is not None:
        print(f"\n{data.error}", file=sys.stderr)


def _show_progress(started: float) -> None:
    class Elapsed(logging.Formatter):
        def format(self, record: logging.LogRecord) -> str:
            return f"{time.monotonic() - started:6.1f} s  {super().format(record)}"

    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(Elapsed("%(message)s"))
    logger = logging.getLogger("klantwaarde")
    logger.setLevel(logging.INFO)
    logger.addHandler(handler)
    logger.propagate = False


if __name__ == "__main__":
    sys.exit(main())
