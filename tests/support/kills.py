"""Runs that kill themselves in the middle of a stage, as `kill -9` would.

    python -m tests.support.kills <folder>

runs the shop in the folder once for each stage, one after the other, and prints how each run ended. A run is a process
of its own; it is forked from one that has loaded the tools, since loading them would take longer than the runs.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pipelines.landing import quarantine
from pipelines.prediction import predict
from pipelines.settings import Settings
from pipelines.warehouse import dbt_project, load
from tests.support.nights import STAGES
from tests.support.shops import make_settings


def die(*_: Any, **__: Any) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def dying_at_call(number: int, function: Callable[..., Any]) -> Callable[..., Any]:
    """The function, which kills the process when called the `number`-th time."""
    calls = iter(range(1, 1_000_000))

    def wrapper(*arguments: Any, **keywords: Any) -> Any:
        if next(calls) == number:
            die()
        return function(*arguments, **keywords)

    return wrapper


def outdate_landing(settings: Settings) -> None:
    """A landing whose days hold an older content, so that the next extract replaces them all."""
    STAGES["extract"](settings)
    for digest in (settings.landing_path / "days").glob("*/digest"):
        digest.write_text("of an older content")


def run_until_killed(stage: str, settings: Settings) -> None:
    """The stages before it undisturbed; then the stage until its worst moment, and die there."""
    for name, run in STAGES.items():
        if name == stage:
            kill_in(stage, settings)
        run(settings)


def kill_in(stage: str, settings: Settings) -> None:
    """Run the stage until its worst moment, and die there."""
    if stage == "extract":
        # Between the two renames of a day that is replaced; the night reads only the look-back window again.
        Path.rename = dying_at_call(2, Path.rename)  # type: ignore[method-assign]
    elif stage == "validate":
        quarantine.write_records = die  # type: ignore[assignment]
    elif stage == "load":
        load._load_shop = die  # type: ignore[assignment]
    elif stage in ("transform", "marts"):
        dbt_project.parsed()
        threading.Timer(1.0, die).start()
    elif stage == "predict":
        predict._segment_rows = die  # type: ignore[assignment]
    elif stage == "publish":
        # The last step: everything is built, and the link is not yet moved.
        Path.symlink_to = die  # type: ignore[method-assign, assignment]
    STAGES[stage](settings)


def exit_code(run: Callable[[], None]) -> int:
    """What became of a process that does nothing else: minus the signal that killed it, or 0 if none did."""
    pid = os.fork()
    if pid == 0:
        try:
            run()
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def main() -> None:
    import great_expectations  # noqa: F401 - slow to load, and needed by every run

    settings = make_settings(Path(sys.argv[1]), email_key="test")
    dbt_project.parsed()
    for stage in STAGES:
        print(stage, exit_code(lambda stage=stage: run_until_killed(stage, settings)), flush=True)


if __name__ == "__main__":
    main()
