"""Run a night that kills itself, as `kill -9` would, in the middle of a stage."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pipelines import landing, loading, publishing, quarantine, transform
from pipelines.settings import Settings
from tests.nights import build_marts, take_in


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


def kill_in(stage: str, settings: Settings) -> None:
    """Run until the middle of `stage`, and die there."""
    if stage == "extract":
        # Between the two renames of a day that is replaced: the worst moment there is.
        take_in(settings)
        half = settings.landing_path / "days"
        for digest in half.glob("*/digest"):
            digest.write_text("of an older content")
        (settings.warehouse_path).unlink()
        Path.rename = dying_at_call(6, Path.rename)  # type: ignore[method-assign]
        from pipelines.extraction import extract_days
        from pipelines.sources import open_source
        from tests.nights import NOW

        extract_days(settings, open_source(settings), list(landing.landed_days(settings)), NOW)
    elif stage == "validate":
        quarantine.write_records = die
        take_in(settings)
    elif stage == "load":
        loading._load_shop = die  # type: ignore[assignment]
        take_in(settings)
    elif stage == "transform":
        take_in(settings)
        transform.parsed_project(transform._newest_source())
        threading.Timer(1.0, die).start()
        build_marts(settings)
    elif stage == "publish":
        publishing._check = die  # type: ignore[assignment]
        take_in(settings)
        build_marts(settings)
    elif stage == "swap":
        Path.symlink_to = die  # type: ignore[method-assign, assignment]
        take_in(settings)
        build_marts(settings)
