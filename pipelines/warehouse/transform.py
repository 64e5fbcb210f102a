"""The transform stage: dbt builds core and the marts from `raw`, in two parts around the predictions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pipelines import disk
from pipelines.database import first_rows
from pipelines.errors import TransformError
from pipelines.warehouse import dbt_project

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipelines.settings import Settings

# Schema `predictions` is in the middle of the flow: dbt first builds what the models read, then what reads them.
DEPENDENT = "source:predictions+"
BEFORE_PREDICTIONS = ("--exclude", DEPENDENT)
AFTER_PREDICTIONS = ("--select", DEPENDENT)


@dataclass(frozen=True)
class NodeResult:
    """What became of one dbt node: a model, a seed or a test.

    Attributes:
        name: The node's name; of a model, its file's.
        table: The name of the model's table, which may be another.
        layer: The schema of a model or seed: `staging`, `core` or `marts`.
        kind: `model`, `seed` or `test`.
        status: dbt's word for it: `success`, `pass`, `warn`, `fail`, `error` or `skipped`.
        message: dbt's, followed by the first rows that a test found.
        failure_count: Rows that a test found.
        seconds: How long it took.
        columns_of: Layer and table of the model whose `.yml` has the test; None for others.
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


def build(settings: Settings, selection: Sequence[str]) -> Build:
    """Build models and run every test on them; what depends on a failed test is not built.

    Args:
        settings: The shop's.
        selection: dbt's arguments that choose the models: `BEFORE_PREDICTIONS` or `AFTER_PREDICTIONS`.

    Raises:
        TransformError: dbt could not start at all.
        HomeError: The disk is full or may not be written.
    """
    manifest = dbt_project.parsed()
    outcome = dbt_project.run(
        "build",
        *selection,
        # Unit tests are about the SQL, not about tonight's rows: `make test` runs them.
        *("--exclude-resource-type", "unit_test"),
        "--no-write-json",
        warehouse=settings.warehouse_path,
        target=settings.home / "dbt",
        manifest=manifest,
    )
    if outcome.exception is not None:
        if disk.is_unwritable(outcome.exception):
            raise disk.cannot_write(settings.home, outcome.exception)
        raise TransformError(f"dbt could not start: {outcome.exception}")
    # dbt takes a full disk for a failure of the model that it was building.
    for result in outcome.result.results:
        if str(result.status) == "error" and disk.says_unwritable(result.message or ""):
            raise disk.cannot_write(settings.home, OSError(result.message))
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
    """dbt's message; for a test that found rows also the first of them, which dbt only counts."""
    message: str = result.message or ""
    if not result.failures or result.node.resource_type != "test":
        return message
    found = "\n".join(f"  {row}" for row in first_rows(settings, result.node.compiled_code))
    return f"{message}\n{found}"
