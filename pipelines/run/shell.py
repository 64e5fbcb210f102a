"""The published marts in DuckDB's own shell: `klantwaarde open`."""

from __future__ import annotations

import importlib.util
import os
import sys
from typing import TYPE_CHECKING

from pipelines.errors import HomeError, PublishError
from pipelines.publishing import duckdb_file

if TYPE_CHECKING:
    from pipelines.settings import Settings


def start(settings: Settings, query: str | None = None) -> None:
    """Become DuckDB's shell on the published file; returns only if that is not possible.

    Args:
        settings: The shop's.
        query: SQL to run instead of asking for it.

    Raises:
        PublishError: Nothing is published.
        HomeError: The shell is not installed.
    """
    file = settings.published_path / duckdb_file.FILE
    if not file.exists():
        raise PublishError(f"{file}: nothing is published yet. Run the nightly job first: klantwaarde run.")
    if importlib.util.find_spec("duckdb_cli") is None:
        raise HomeError("DuckDB's shell is not installed: run `make setup`.")
    words = ["-readonly", str(file), "-cmd", "use marts"]
    if query is not None:
        words += ["-c", query]
    os.execv(sys.executable, [sys.executable, "-m", "duckdb_cli", *words])
