"""The dbt project: parsed once per process, and run within it.

dbt as a program of its own starts up anew for every command; within this process a whole build costs a few
CPU-seconds. Nothing here knows a model by name.
"""

from __future__ import annotations

import fcntl
import os
import shutil
from contextlib import contextmanager
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from pipelines import disk
from pipelines.database import release_dbt_connections
from pipelines.errors import TransformError
from pipelines.settings import PROJECT_ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FOLDER = PROJECT_ROOT / "dbt_project"
MANIFEST = FOLDER / "target" / "manifest.json"
# Where dbt keeps what it parsed, for the next process.
PARSED = FOLDER / "target" / "parsed"
# `profiles.yml` reads the warehouse's path from it.
WAREHOUSE_VARIABLE = "KLANTWAARDE_WAREHOUSE"


def run(*arguments: str, warehouse: Path, target: Path, manifest: Any = None) -> Any:
    """Run a dbt command in this process.

    Args:
        *arguments: The command and its options.
        warehouse: The file that models are built in.
        target: The folder for dbt's compiled files.
        manifest: The parsed project; without one, dbt parses it.

    Returns:
        dbt's own result: `success`, `exception`, `result`.
    """
    from dbt.cli.main import dbtRunner

    folders = ["--project-dir", str(FOLDER), "--profiles-dir", str(FOLDER), "--target-path", str(target)]
    # What dbt has to say is in its result; a log file would stay open between two commands.
    silence = ["--quiet", "--log-level", "none", "--log-level-file", "none"]
    # dbt makes the folder all the same, and the user of a service may not write in the project's.
    folders += ["--log-path", str(target / "logs")]
    with _warehouse_variable(warehouse):
        try:
            return dbtRunner(manifest=manifest).invoke([*arguments, *folders, *silence])
        finally:
            release_dbt_connections()


def parsed() -> Any:
    """dbt's own form of the project: parsed once per process, and again if a file has changed.

    Raises:
        TransformError: dbt cannot parse it.
        HomeError: What it parsed cannot be written.
    """
    return _parsed(_newest_source_at())


def ensure_manifest() -> Path:
    """The manifest that Dagster reads the asset graph from, parsed again if a file of the dbt project is newer."""
    if not _is_manifest_current():
        parsed()
        with _alone():
            # Replaced in one step: other processes may be reading the old one.
            new = MANIFEST.with_name(f".manifest-{os.getpid()}.json")
            shutil.copyfile(PARSED / "manifest.json", new)
            new.replace(MANIFEST)
    return MANIFEST


@lru_cache(maxsize=1)
def _parsed(newest_source_at: float) -> Any:  # noqa: ARG001 - the cache's key
    # Writing the manifest takes half a second, and only `ensure_manifest` reads it.
    json = "--no-write-json" if _is_manifest_current() else "--write-json"
    # Always the same path, because dbt parses every file again when a variable of the profile changes. It has the file
    # name of every shop's warehouse, because DuckDB names a database after its file.
    warehouse = PARSED / "warehouse.duckdb"
    with _alone():
        outcome = run("parse", json, warehouse=warehouse, target=PARSED)
    if not outcome.success:
        if disk.is_unwritable(outcome.exception):
            raise disk.cannot_write(PARSED, outcome.exception)
        raise TransformError(f"dbt cannot parse {FOLDER}: {outcome.exception}")
    return outcome.result


@contextmanager
def _alone() -> Iterator[None]:
    """Several processes load the code location at once: one parses while the others wait."""
    PARSED.mkdir(parents=True, exist_ok=True)
    with (PARSED / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _is_manifest_current() -> bool:
    return MANIFEST.exists() and MANIFEST.stat().st_mtime >= _newest_source_at()


def _newest_source_at() -> float:
    """When a file of the project last changed, in seconds since 1970."""
    folders = (FOLDER / name for name in ("models", "macros", "seeds", "tests"))
    files = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    files += [FOLDER / "dbt_project.yml", FOLDER / "profiles.yml"]
    return max(path.stat().st_mtime for path in files)


@contextmanager
def _warehouse_variable(path: Path) -> Iterator[None]:
    before = os.environ.get(WAREHOUSE_VARIABLE)
    os.environ[WAREHOUSE_VARIABLE] = str(path)
    try:
        yield
    finally:
        if before is None:
            del os.environ[WAREHOUSE_VARIABLE]
        else:
            os.environ[WAREHOUSE_VARIABLE] = before
