"""Transform: dbt's models and seeds as assets, its tests as asset checks.

dbt runs twice: before the predict stage, and after it for the models that read its tables.
"""

import datetime as dt
import logging
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, DbtProject, dbt_assets

from pipelines import database
from pipelines.assets.stage import POOL, markdown_table, stage
from pipelines.settings import Settings
from pipelines.warehouse import dbt_project, transform

log = logging.getLogger("klantwaarde")

# One missed night is not alarming yet: 24 hours, and half a day to start the machine again.
MARTS_FRESHNESS = dg.FreshnessPolicy.time_window(fail_window=dt.timedelta(hours=36))


COLUMNS_CHECK = "columns"
COLUMNS_CHECKED = "dbt's tests of this model's columns: unique keys, references that exist, allowed values."


class _Layers(DagsterDbtTranslator):
    """Keys and groups from the schemas: the table `core.orders` is the asset core/orders in the group core."""

    def get_asset_key(self, dbt_resource_props: Mapping[str, Any]) -> dg.AssetKey:
        if dbt_resource_props["resource_type"] in ("model", "seed"):
            return dg.AssetKey([dbt_resource_props["schema"], dbt_resource_props["alias"]])
        return super().get_asset_key(dbt_resource_props)

    def get_asset_check_spec(
        self, asset_spec: dg.AssetSpec, manifest: Mapping[str, Any], unique_id: str, project: DbtProject | None
    ) -> dg.AssetCheckSpec | None:
        """A test with a file of its own is one check; all tests of a model's columns together are one check.

        More checks would say no more, and Dagster takes 50 CPU-ms to record each.
        """
        spec = super().get_asset_check_spec(asset_spec, manifest, unique_id, project)
        if spec is None or not manifest["nodes"][unique_id].get("attached_node"):
            return spec
        return dg.AssetCheckSpec(COLUMNS_CHECK, asset=asset_spec.key, description=COLUMNS_CHECKED, blocking=True)

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str | None:
        return str(dbt_resource_props["schema"])


LAYERS = _Layers()
MANIFEST = dbt_project.ensure_manifest()


@dbt_assets(
    name="transform",
    manifest=MANIFEST,
    exclude=f"resource_type:unit_test {transform.DEPENDENT}",
    dagster_dbt_translator=LAYERS,
    pool=POOL,
)
def _before_predictions(
    context: dg.AssetExecutionContext, settings: dg.ResourceParam[Settings]
) -> Iterator[dg.MaterializeResult[Any] | dg.AssetCheckResult]:
    yield from _build(context, settings, transform.BEFORE_PREDICTIONS)


@dbt_assets(
    name="transform_predicted",
    manifest=MANIFEST,
    select=transform.DEPENDENT,
    exclude="resource_type:unit_test",
    dagster_dbt_translator=LAYERS,
    pool=POOL,
)
def _after_predictions(
    context: dg.AssetExecutionContext, settings: dg.ResourceParam[Settings]
) -> Iterator[dg.MaterializeResult[Any] | dg.AssetCheckResult]:
    yield from _build(context, settings, transform.AFTER_PREDICTIONS)


def _build(
    context: dg.AssetExecutionContext, settings: Settings, selection: Sequence[str]
) -> Iterator[dg.MaterializeResult[Any] | dg.AssetCheckResult]:
    with stage(settings, "transform"):
        build = transform.build(settings, selection)
        built = [node for node in build.of_kind("model", "seed") if node.is_good]
        previews = database.previews(settings, [f"{node.layer}.{node.table}" for node in built])
    for node in built:
        preview = previews[f"{node.layer}.{node.table}"]
        yield dg.MaterializeResult(
            asset_key=[node.layer, node.table],
            metadata={
                "dagster/row_count": preview.row_count,
                "preview": markdown_table(preview.columns, preview.rows),
                "seconds": node.seconds,
            },
        )
    yield from _check_results(context, build)
    log.info("transform: %s", build)
    with stage(settings, "transform"):
        build.raise_on_failure()


def _check_results(context: dg.AssetExecutionContext, build: transform.Build) -> Iterator[dg.AssetCheckResult]:
    """The results of dbt's tests. A test of several models belongs to the one that dagster-dbt assigns it to."""
    specs = list(context.assets_def.check_specs)
    own_checks = {spec.name: spec.key for spec in specs if spec.name != COLUMNS_CHECK}
    column_checks = {spec.asset_key: spec.key for spec in specs if spec.name == COLUMNS_CHECK}
    by_check: dict[dg.AssetCheckKey, list[transform.NodeResult]] = {}
    for node in build.of_kind("test"):
        key = column_checks.get(dg.AssetKey(node.columns_of)) if node.columns_of else own_checks.get(node.name)
        if key is not None:
            by_check.setdefault(key, []).append(node)
    for key, nodes in by_check.items():
        yield dg.AssetCheckResult(
            asset_key=key.asset_key,
            check_name=key.name,
            passed=all(node.status == "pass" for node in nodes),
            severity=(
                dg.AssetCheckSeverity.WARN if all(node.is_good for node in nodes) else dg.AssetCheckSeverity.ERROR
            ),
            metadata={
                "failing rows": sum(node.failure_count for node in nodes),
                "tests": markdown_table(
                    ("test", "status", "failing rows"), [(node.name, node.status, node.failure_count) for node in nodes]
                ),
                "message": "\n".join(f"{node.name}: {node.message}" for node in nodes if node.message),
            },
        )


def _with_freshness(spec: dg.AssetSpec) -> dg.AssetSpec:
    return spec.replace_attributes(freshness_policy=MARTS_FRESHNESS) if spec.key.path[0] == "marts" else spec


models_before_predictions = _before_predictions.map_asset_specs(_with_freshness)
models_after_predictions = _after_predictions.map_asset_specs(_with_freshness)
