"""What every stage's asset does alike: take the home's lock, turn our errors into Dagster's, show a table.

Only what two stages share belongs here.
"""

from __future__ import annotations

import logging
from contextlib import contextmanager
from typing import TYPE_CHECKING

import dagster as dg

from pipelines import home
from pipelines.errors import BatchRejected, HomeError, PublishError, ShopError, SourceError, TransformError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from pipelines.settings import Settings

# One writer for the home folder, whatever Dagster runs at the same time.
POOL = "warehouse"

RUNBOOK_HEADINGS: dict[type[ShopError], str] = {
    SourceError: "The source cannot be read",
    BatchRejected: "A batch was rejected",
    HomeError: "The home folder is full, read-only or in use",
    TransformError: "A model or a test failed",
    PublishError: "Publishing failed",
}

log = logging.getLogger("klantwaarde")


@contextmanager
def stage(settings: Settings, name: str) -> Iterator[None]:
    """One stage's work on the home folder.

    Our own errors say what to do; trying again would not change them, so Dagster is told not to. Anything else (a
    connection that broke) is left to the asset's retry policy.
    """
    try:
        with home.locked(settings, name):
            yield
    except ShopError as error:
        heading = next((text for kind, text in RUNBOOK_HEADINGS.items() if isinstance(error, kind)), "")
        raise dg.Failure(
            description=str(error),
            metadata={"stage": name, "runbook": dg.MetadataValue.md(f"docs/runbook.md, *{heading}*")},
            allow_retries=False,
        ) from error


@dg.failure_hook
def say_what_failed(context: dg.HookContext) -> None:
    """Name the failed stage and the page that says what to do."""
    cause = context.op_exception
    stage_name = cause.metadata["stage"].value if isinstance(cause, dg.Failure) else context.op.name
    while cause is not None and not isinstance(cause, ShopError):
        cause = cause.__cause__
    heading = next((text for kind, text in RUNBOOK_HEADINGS.items() if isinstance(cause, kind)), "Any other failure")
    log.error("Stage %s failed. See docs/runbook.md, '%s'.", stage_name, heading)


def markdown_table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> dg.MetadataValue:
    """Rows as the UI shows them; an empty cell for None."""
    lines = ["| " + " | ".join(header) + " |", "|" + " --- |" * len(header)]
    lines += ["| " + " | ".join("" if value is None else str(value) for value in row) + " |" for row in rows]
    return dg.MetadataValue.md("\n".join(lines))
