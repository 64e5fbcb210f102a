"""What the assets of all stages share: the lock of the home folder, errors as Dagster failures, tables in metadata.

Only what at least two stages use belongs here.
"""

from __future__ import annotations

import logging
from contextlib import contextmanager
from typing import TYPE_CHECKING

import dagster as dg

from pipelines import disk, home
from pipelines.alerts.failed import failed_night
from pipelines.alerts.send import send
from pipelines.errors import RUNBOOK_HEADINGS, HomeError, ShopError, runbook_heading

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from pipelines.settings import Settings

# Dagster lets one run at a time write to the home folder.
POOL = "warehouse"

HOME_HEADING = RUNBOOK_HEADINGS[HomeError]

log = logging.getLogger("klantwaarde")


@contextmanager
def stage(settings: Settings, name: str) -> Iterator[None]:
    """Hold the lock of the home folder while a stage works on it.

    A `ShopError` becomes a Dagster failure that is not retried: its text says what to do, and trying again would not
    help. Any other exception, such as a broken connection, is left to the retry policy of the asset.

    Args:
        settings: The shop's.
        name: The stage, for the lock's message and the failure.
    """
    try:
        with home.locked(settings, name):
            yield
    except ShopError as error:
        raise dg.Failure(
            description=str(error),
            metadata={"stage": name, "runbook": dg.MetadataValue.md(f"docs/runbook.md, *{runbook_heading(error)}*")},
            allow_retries=False,
        ) from error


@dg.failure_hook(required_resource_keys={"settings"})
def say_what_failed(context: dg.HookContext) -> None:
    """Log which stage failed, and which heading of the runbook says what to do; tell whoever wants to hear of it."""
    settings: Settings = context.resources.settings
    cause = context.op_exception
    is_ours = isinstance(cause, dg.Failure)
    stage_name = str(cause.metadata["stage"].value) if isinstance(cause, dg.Failure) else context.op.name
    heading = HOME_HEADING if disk.is_unwritable(cause) and not is_ours else runbook_heading(cause)
    log.error("Stage %s failed. See docs/runbook.md, '%s'.", stage_name, heading)
    message = (cause.description if isinstance(cause, dg.Failure) else None) or f"{type(cause).__name__}: {cause}"
    send(settings, [failed_night(settings, context.run_id, stage_name, message, cause)])


def markdown_table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> dg.MetadataValue:
    """Rows as a Markdown table for the UI; None is an empty cell."""
    lines = ["| " + " | ".join(header) + " |", "|" + " --- |" * len(header)]
    lines += ["| " + " | ".join("" if value is None else str(value) for value in row) + " |" for row in rows]
    return dg.MetadataValue.md("\n".join(lines))
