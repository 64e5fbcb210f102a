"""Publish: the marts as one set of files for BI tools, replaced as a whole."""

import logging
from collections.abc import Iterator
from typing import Any

import dagster as dg

from pipelines.assets.stage import POOL, stage
from pipelines.assets.transform import models_after_predictions, models_before_predictions
from pipelines.publishing import publish
from pipelines.settings import Settings

log = logging.getLogger("klantwaarde")

marts = [key for key in models_before_predictions.keys | models_after_predictions.keys if key.path[0] == "marts"]


@dg.asset(
    name="published",
    deps=marts,
    group_name="publish",
    kinds={"duckdb", "parquet"},
    description=(
        "What BI tools read: `klantwaarde.duckdb` and one Parquet file per mart, with a manifest of content hashes. "
        "Replaced as one set after every check has passed; a failed night leaves the last good set in place."
    ),
    pool=POOL,
)
def published(
    context: dg.AssetExecutionContext, settings: dg.ResourceParam[Settings]
) -> Iterator[dg.MaterializeResult[Any]]:
    """Write a new release, check it, and make it the published one."""
    with stage(settings, "publish"):
        done = publish.publish(settings, context.run_id)
    log.info("publish: %s", done)
    yield dg.MaterializeResult(
        metadata={
            "folder": dg.MetadataValue.path(str(settings.published_path)),
            "release": done.path.name,
            "tables": dg.MetadataValue.json(done.tables),
        }
    )
