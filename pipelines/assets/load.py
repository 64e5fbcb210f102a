"""Load: accepted rows into schema `raw` of the warehouse."""

import logging
from collections.abc import Iterator
from typing import Any

import dagster as dg

from pipelines import database
from pipelines.assets.stage import POOL, markdown_table, stage
from pipelines.settings import Settings
from pipelines.warehouse.load import RAW_TABLES, load_accepted

log = logging.getLogger("klantwaarde")


@dg.multi_asset(
    name="load",
    specs=[
        dg.AssetSpec(["raw", name], deps=["accepted"], group_name="load", kinds={"duckdb"}, description=description)
        for name, description in RAW_TABLES.items()
    ],
    pool=POOL,
)
def load(settings: dg.ResourceParam[Settings]) -> Iterator[dg.MaterializeResult[Any]]:
    """Replace every day whose validated content differs from what `raw` holds, in one transaction."""
    with stage(settings, "load"):
        done = load_accepted(settings)
        previews = database.previews(settings, [f"raw.{name}" for name in RAW_TABLES])
    log.info("load: %s", done)
    for name in RAW_TABLES:
        preview = previews[f"raw.{name}"]
        yield dg.MaterializeResult(
            asset_key=["raw", name],
            metadata={
                "dagster/row_count": preview.row_count,
                "days replaced": len(done.days),
                "preview": markdown_table(preview.columns, preview.rows),
            },
        )
