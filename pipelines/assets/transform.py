"""Transform: dbt's models as assets, its tests as asset checks."""

import datetime as dt
import logging
from collections.abc import Iterator, Mapping
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, dbt_assets

from pipelines import transform, warehouse
from pipelines.assets.stage import POOL, stage, table_preview
from pipelines.settings import Settings

log = logging.getLogger("klantwaarde")

# One night may be missed before somebody must look: 24 hours, and half a day to start the machine again.
MARTS_FRESHNESS = dg.FreshnessPolicy.time_window(fail_window=dt.timedelta(hours=36))


class _Layers(DagsterDbtTranslator):
    """Keys and groups from the folders: the model `orders` in core is the asset core/orders in the group core."""

    def get_asset_key(self, dbt_resource_props: Mapping[str, Any]) -> dg.AssetKey:
        if dbt_resource_props["resource_type"] == "model":
            return dg.AssetKey([dbt_resource_props["fqn"][1], dbt_resource_props["alias"]])
        return super().get_asset_key(dbt_resource_props)

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str | None:
        return str(dbt_resource_props["fqn"][1])


@dbt_assets(
    name="transform",
    manifest=transform.ensure_manifest(),
    exclude="resource_type:unit_test",
    dagster_dbt_translator=_Layers(),
    pool=POOL,
)
def _models(context: dg.AssetExecutionContext, settings: dg.ResourceParam[Settings]) -> Iterator[Any]:
    """Build every model and run every test; a failed test keeps the marts from being published."""
    with stage(settings, "transform"):
        build = transform.build(settings)
        built = [node for node in build.of_kind("model") if node.is_good]
        previews = warehouse.previews(settings, [f"{node.layer}.{node.table}" for node in built])
    for node in built:
        preview = previews[f"{node.layer}.{node.table}"]
        yield dg.MaterializeResult(
            asset_key=[node.layer, node.table],
            metadata={
                "dagster/row_count": preview.row_count,
                "preview": table_preview(preview),
                "seconds": node.seconds,
            },
        )
    checks = {spec.name: spec for spec in context.assets_def.check_specs}
    for node in build.of_kind("test"):
        if node.name in checks:
            yield dg.AssetCheckResult(
                asset_key=checks[node.name].asset_key,
                check_name=node.name,
                passed=node.status == "pass",
                severity=dg.AssetCheckSeverity.WARN if node.status == "warn" else dg.AssetCheckSeverity.ERROR,
                metadata={"failing rows": node.failure_count, "message": node.message},
            )
    log.info("transform: %s", build)
    with stage(settings, "transform"):
        build.raise_on_failure()


models = _models.map_asset_specs(
    lambda spec: spec.replace_attributes(freshness_policy=MARTS_FRESHNESS) if spec.key.path[0] == "marts" else spec
)
