"""Load: accepted rows into schema `raw` of the warehouse."""

import logging
from collections.abc import Iterator
from typing import Any

import dagster as dg

from pipelines import loading, warehouse
from pipelines.assets.stage import POOL, markdown_table, stage
from pipelines.settings import Settings

log = logging.getLogger("klantwaarde")


@dg.multi_asset(
    name="load",
    specs=[
        dg.AssetSpec(["raw", name], deps=["accepted"], group_name="load", kinds={"duckdb"}, description=description)
        for name, description in loading.RAW_TABLES.items()
    ],
    pool=POOL,
)
def load(settings: dg.ResourceParam[Settings]) -> Iterator[dg.MaterializeResult[Any]]:
    """Replace every day whose validated content differs from what `raw` holds, in one transaction."""
    with stage(settings, "load"):
        done = loading.load_accepted(settings)
        previews = warehouse.previews(settings, [f"raw.{name}" for name in loading.RAW_TABLES])
    log.info("load: %s", done)
    for name in loading.RAW_TABLES:
        preview = previews[f"raw.{name}"]
        yield dg.MaterializeResult(
            asset_key=["raw", name],
            metadata={
                "dagster/row_count": preview.row_count,
                "days replaced": len(done.days),
                "preview": markdown_table(preview.columns, preview.rows),
            },
        )
