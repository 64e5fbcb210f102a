"""The transform stage: dbt in this process.

dbt as a subprocess starts up three times for each command; in this process a whole build costs a few CPU-seconds.
Nothing here knows a model by name.
"""

from __future__ import annotations

import fcntl
import os
import shutil
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from pipelines.database import first_rows, release_dbt_connections
from pipelines.errors import TransformError
from pipelines.settings import PROJECT_ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from pipelines.settings import Settings

DBT_PROJECT = PROJECT_ROOT / "dbt_project"
TARGET = DBT_PROJECT / "target"
MANIFEST = TARGET / "manifest.json"
# Where dbt keeps what it parsed, for the next process.
PARSED = TARGET / "parsed"
# The models of schema `predictions` stand in the middle of the flow: dbt builds what they read, then what reads them.
DEPENDENT = "source:predictions+"
BEFORE_PREDICTIONS = ("--exclude", DEPENDENT)
AFTER_PREDICTIONS = ("--select", DEPENDENT)
WAREHOUSE_VARIABLE = "KLANTWAARDE_WAREHOUSE"


@dataclass(frozen=True)
class NodeResult:
    """What became of one dbt node: a model (whose table may have a name of its own), a seed or a test.

    `columns_of` is the layer and table whose columns a test looks at; None for a table, and for a test with a file of
    its own.
    """

    name: str
    table: str
    layer: str
    kind: str
    status: str
    message: str
    failure_count: int
    seconds: float
    columns_of: tuple[str, str] | None

    @property
    def is_good(self) -> bool:
        """Built, or passed; a test with severity `warn` may fail and still be good."""
        return self.status in ("success", "pass", "warn")


@dataclass(frozen=True)
class Build:
    """Every node of one dbt build."""

    nodes: list[NodeResult]

    def of_kind(self, *kinds: str) -> list[NodeResult]:
        """The nodes of these kinds that were run: `model`, `seed` or `test`."""
        return [node for node in self.nodes if node.kind in kinds and node.status != "skipped"]

    def raise_on_failure(self) -> None:
        """Raise a TransformError that names each model and test that failed, with dbt's message."""
        failures = [node for node in self.nodes if not node.is_good and node.status != "skipped"]
        if failures:
            lines = [f"{node.kind} {node.name}: {node.message or node.status}" for node in failures]
            raise TransformError("\n".join(["dbt failed; the last good marts stay published.", *lines]))

    def __str__(self) -> str:
        return f"{len(self.of_kind('model'))} models built, {len(self.of_kind('test'))} tests run"


def ensure_manifest() -> Path:
    """The manifest that the asset graph is read from, parsed anew if a file of the dbt project is newer."""
    if not _is_manifest_current():
        parsed_project(_newest_source())
        with _alone():
            # Copied in one step: other processes may be reading the old one.
            new = MANIFEST.with_name(f".manifest-{os.getpid()}.json")
            shutil.copyfile(PARSED / "manifest.json", new)
            new.replace(MANIFEST)
    return MANIFEST


def _is_manifest_current() -> bool:
    return MANIFEST.exists() and MANIFEST.stat().st_mtime >= _newest_source()


def build(settings: Settings, selection: Sequence[str]) -> Build:
    """Build models and run every test on them; a failed test keeps what lies behind it from being built.

    Args:
        settings: The shop's.
        selection: dbt's arguments that choose the models: `BEFORE_PREDICTIONS` or `AFTER_PREDICTIONS`.

    Raises:
        TransformError: dbt could not start at all.
    """
    from dbt.cli.main import dbtRunner

    manifest = parsed_project(_newest_source())
    with _warehouse_variable(settings.warehouse_path):
        try:
            outcome: Any = dbtRunner(manifest=manifest).invoke(
                # Unit tests say something about the SQL, not about tonight's rows: `make test` runs them.
                [
                    *("--quiet", "--no-write-json", "build", *selection, "--exclude-resource-type", "unit_test"),
                    *_folders(settings.home / "dbt"),
                ]
            )
        finally:
            release_dbt_connections()
    if outcome.exception is not None:
        raise TransformError(f"dbt could not start: {outcome.exception}")
    return Build([_node_result(settings, manifest, result) for result in outcome.result.results])


def _node_result(settings: Settings, manifest: Any, result: Any) -> NodeResult:
    tested = manifest.nodes.get(getattr(result.node, "attached_node", None))
    return NodeResult(
        name=result.node.name,
        table=result.node.alias,
        layer=result.node.schema,
        kind=str(result.node.resource_type),
        status=str(result.status),
        message=_message(settings, result),
        failure_count=result.failures or 0,
        seconds=result.execution_time,
        columns_of=(tested.schema, tested.alias) if tested else None,
    )


def _message(settings: Settings, result: Any) -> str:
    """dbt's message, and for a test that found rows the first of them: dbt itself only counts."""
    message: str = result.message or ""
    if not result.failures or result.node.resource_type != "test":
        return message
    found = "\n".join(f"  {row}" for row in first_rows(settings, result.node.compiled_code))
    return f"{message}\n{found}"


@lru_cache(maxsize=1)
def parsed_project(newest_source: float) -> Any:  # noqa: ARG001 - the cache's key: a changed file parses anew
    """dbt's own form of the project: parsed once a process, and quickly if another parsed the same files."""
    from dbt.cli.main import dbtRunner

    # The manifest takes half a second to write, and only `ensure_manifest` reads it.
    json = "--no-write-json" if _is_manifest_current() else "--write-json"
    # A path that never changes: dbt parses everything anew when a profile's variable does. Its name is the warehouse's,
    # since DuckDB calls a database after its file.
    with _alone(), _warehouse_variable(PARSED / "warehouse.duckdb"):
        try:
            outcome = dbtRunner().invoke(["--quiet", json, "parse", *_folders(PARSED)])
        finally:
            release_dbt_connections()
    if not outcome.success:
        raise TransformError(f"dbt cannot parse {DBT_PROJECT}: {outcome.exception}")
    return outcome.result


@contextmanager
def _alone() -> Iterator[None]:
    """Several processes load the code location at once; one parses, the others wait for it."""
    PARSED.mkdir(parents=True, exist_ok=True)
    with (PARSED / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _folders(target: Path) -> list[str]:
    return [
        *("--project-dir", str(DBT_PROJECT)),
        *("--profiles-dir", str(DBT_PROJECT)),
        *("--target-path", str(target)),
        # What dbt says comes back as results; a log file would stay open between two builds.
        *("--log-level", "none"),
        *("--log-level-file", "none"),
    ]


def _newest_source() -> float:
    folders = (DBT_PROJECT / name for name in ("models", "macros", "seeds", "tests"))
    files = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    files += [DBT_PROJECT / "dbt_project.yml", DBT_PROJECT / "profiles.yml"]
    return max(path.stat().st_mtime for path in files)


@contextmanager
def _warehouse_variable(path: Path) -> Iterator[None]:
    """dbt's profile reads the warehouse's path from the environment."""
    before = os.environ.get(WAREHOUSE_VARIABLE)
    os.environ[WAREHOUSE_VARIABLE] = str(path)
    try:
        yield
    finally:
        if before is None:
            del os.environ[WAREHOUSE_VARIABLE]
        else:
            os.environ[WAREHOUSE_VARIABLE] = before
