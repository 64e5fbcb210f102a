"""dbt on a small shop, in this process: the models by the SQL that dbt compiles, or a whole `dbt build`.

    warehouse = make_raw(...)
    make_models(warehouse, "orders", "revenue_daily")
    rows(warehouse, "select * from core.order_facts")

A `dbt build` of the project takes seconds however few the rows are; the SQL itself takes one, and is the same for every
shop. So dbt compiles it once, and only tests of what dbt itself does ask for a build.
"""

from __future__ import annotations

import tempfile
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

from pipelines.prediction import predict
from pipelines.settings import Settings
from pipelines.settings.definitions import Definitions
from pipelines.settings.sections import Shop
from pipelines.settings.source_kinds import SourceSection
from pipelines.warehouse import dbt_project, transform
from tests.support.raw_shop import rows

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

# What the predict stage reads.
PREDICTED_FROM = ("customer_features", "customer_days", "segment_members", "subscription_periods")


def predict_nothing(path: Path) -> None:
    """Predictions by which every customer has left, and brings nothing any more."""
    with duckdb.connect(str(path)) as connection:
        columns = connection.execute("describe predictions.customer_clv").fetchall()
        figures = [name for name, kind, *_ in columns if kind.startswith(("DECIMAL", "DOUBLE"))]
        connection.execute(
            f"insert into predictions.customer_clv (customer_id, {', '.join(figures)}) "
            f"select customer_id, {', '.join('0' for _ in figures)} from core.customer_features; "
            "insert into predictions.prediction_run default values"
        )


def make_models(path: Path, *names: str, predict: Callable[[Path], None] = predict_nothing) -> None:
    """Make these models, or all, and what stands before them; raises AssertionError with the dbt tests that fail.

    Args:
        path: The warehouse.
        names: Models.
        predict: Fills schema `predictions` if a model reads it. To predict takes longer than all SQL together, so the
            default does not.
    """
    chosen = _with_parents(names or _models())
    predicted = chosen & readers_of_predictions()
    if predicted:
        remake(path, *_in_order(_with_parents(PREDICTED_FROM) | chosen - predicted))
        predict(path)
        remake(path, *_in_order(predicted))
    else:
        remake(path, *_in_order(chosen))
    failed = failing_tests(path, *chosen)
    assert not failed, failed


def remake(path: Path, *names: str) -> None:
    """Make these models anew, one after the other, and nothing else but the seeds."""
    with duckdb.connect(str(path)) as connection:
        connection.execute("set timezone = 'UTC'; begin")
        for schema in ("staging", "core", "marts"):
            connection.execute(f"create schema if not exists {schema}")
        for seed in _seeds():
            file = dbt_project.FOLDER / seed.original_file_path
            connection.execute(f"create or replace table {seed.schema}.{seed.alias} as from read_csv('{file}')")
        for node in (_compiled()[name] for name in names):
            kind = node.config.materialized
            connection.execute(f"create or replace {kind} {node.schema}.{node.alias} as {_rows_of(node)}")
        connection.commit()


def _rows_of(node: Any) -> str:
    """The model's SQL; under a contract the columns come in the contract's order, as dbt makes them."""
    if node.config.materialized != "table" or not node.contract.enforced:
        return str(node.compiled_code)
    return f"select {', '.join(node.columns)} from ({node.compiled_code})"


def failing_tests(path: Path, *names: str) -> list[str]:
    """The dbt tests that look at these models, and at nothing that does not stand before them, and find rows."""
    known = _with_parents(names)
    tests = [
        name
        for name, node in _compiled().items()
        if node.resource_type == "test" and _parents(name) <= known and not _parents(name).isdisjoint(names)
    ]
    # Opening the file takes longer than most tests.
    with duckdb.connect(str(path), read_only=True) as connection:
        return [name for name in tests if _finds_rows(connection, name)]


def fails(path: Path, check: str) -> bool:
    """Whether this dbt test finds rows in the warehouse."""
    with duckdb.connect(str(path), read_only=True) as connection:
        return _finds_rows(connection, check)


def build_all(path: Path) -> list[Any]:
    """What a night makes of the warehouse, unit tests besides: dbt's results, failures included."""
    before = build_part(path, *transform.BEFORE_PREDICTIONS)
    predict_all(path)
    return before + build_part(path, *transform.AFTER_PREDICTIONS)


def build_part(path: Path, *arguments: str) -> list[Any]:
    """The results of one `dbt build`, failures included."""
    return _invoke(path, "build", *arguments)


def predict_all(path: Path) -> None:
    """The predict stage on the warehouse at `path`."""
    [(source_id, currency, zone, as_of_date, start_date, count_zero)] = rows(
        path,
        "select source_id, currency, timezone, as_of_date, history_start_date, count_zero_value_orders from raw.shop",
    )
    predict.predict_customers(
        Settings(
            shop=Shop(id=source_id, currency=currency, timezone=zone, start_date=start_date, as_of=as_of_date),
            source=SourceSection(kind="cdnow"),
            definitions=Definitions(count_zero_value_orders=count_zero),
            config_path=path,
            home=path.parent,
        )
    )


@cache
def readers_of_predictions() -> frozenset[str]:
    """Names of all nodes behind the source `predictions`."""
    manifest = project_manifest()
    waiting = [source for source, node in manifest.sources.items() if node.source_name == "predictions"]
    found: set[str] = set()
    while waiting:
        children = set(manifest.child_map[waiting.pop()]) - found
        found |= children
        waiting += children
    return frozenset(name.split(".")[2] for name in found)


def compiled_sql() -> dict[str, str]:
    """The SQL of every model, macros and all, by the model's name."""
    return {name: _compiled()[name].compiled_code for name in _models()}


@cache
def project_manifest() -> Any:
    """The project, parsed once: it is the same for every shop."""
    return dbt_project.parsed()


def _seeds() -> list[Any]:
    return [node for node in project_manifest().nodes.values() if node.resource_type == "seed"]


@cache
def _compiled() -> dict[str, Any]:
    """Every model and every dbt test about rows, by name."""
    nowhere = Path(_target_folder().name) / "warehouse.duckdb"
    results = _invoke(nowhere, "compile", "--select", "resource_type:model", "test_type:data")
    return {result.node.name: result.node for result in results}


def _finds_rows(connection: duckdb.DuckDBPyConnection, check: str) -> bool:
    node = _compiled()[check]
    defaults = {"severity": "ERROR", "error_if": "!= 0", "fail_calc": "count(*)", "limit": None}
    assert {name: getattr(node.config, name) for name in defaults} == defaults, check
    return connection.execute(node.compiled_code).fetchone() is not None


def _models() -> list[str]:
    return [name for name, node in _compiled().items() if node.resource_type == "model"]


@cache
def _parents(name: str) -> frozenset[str]:
    """The models that a node reads."""
    depends_on = (node.split(".") for node in _compiled()[name].depends_on.nodes)
    return frozenset(parts[2] for parts in depends_on if parts[0] == "model")


def _with_parents(names: Iterable[str]) -> set[str]:
    """These models and all that stand before them."""
    found: set[str] = set()
    waiting = [*names]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += _parents(name)
    return found


def _in_order(names: set[str]) -> list[str]:
    """These models, each after those it reads."""
    return [*TopologicalSorter({name: sorted(_parents(name) & names) for name in sorted(names)}).static_order()]


def _invoke(path: Path, command: str, *arguments: str) -> list[Any]:
    outcome = dbt_project.run(
        *(command, "--no-write-json", *arguments),
        warehouse=path,
        target=Path(_target_folder().name),
        manifest=project_manifest(),
    )
    if outcome.exception is not None:
        raise outcome.exception
    return list(outcome.result.results)


@cache
def _target_folder() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="klantwaarde-dbt-")
