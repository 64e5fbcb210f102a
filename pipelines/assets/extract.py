"""Extract: from the shop to the landing, by order day."""

import datetime as dt
import logging
from collections.abc import Iterable, Iterator
from contextlib import closing
from typing import Any

import dagster as dg

from pipelines import disk
from pipelines.assets.stage import POOL, stage
from pipelines.extraction import extract
from pipelines.extraction.notes import write_notes
from pipelines.landing import store
from pipelines.settings import Settings
from pipelines.sources.source import open_source

log = logging.getLogger("klantwaarde")

shop = dg.AssetSpec(
    "shop",
    description="The webshop itself: its orders, refunds, customers and products. Read, never written.",
    group_name="extract",
)


def make_landing(settings: Settings) -> dg.AssetsDefinition:
    """The asset `landing`. It is made here because its partitions, the shop's business days, depend on the settings."""
    days = dg.DailyPartitionsDefinition(
        start_date=settings.shop.start_date.isoformat(),
        end_date=settings.shop.as_of.isoformat() if settings.shop.as_of else None,
        timezone=settings.shop.timezone,
    )

    @dg.asset(
        name="landing",
        description=(
            "A mirror of the shop as Parquet files, one folder per order day. Materialising chosen days reads their "
            "orders again as the shop has them now; without chosen days (the nightly job) it compares every day with "
            "the shop or, where the shop can say what changed, reads that."
        ),
        deps=[shop],
        group_name="extract",
        kinds={"parquet"},
        partitions_def=days,
        backfill_policy=dg.BackfillPolicy.single_run(),
        pool=POOL,
        # An API that does not answer is the one failure of this pipeline that waiting can cure.
        retry_policy=dg.RetryPolicy(
            max_retries=3, delay=10, backoff=dg.Backoff.EXPONENTIAL, jitter=dg.Jitter.PLUS_MINUS
        ),
    )
    def landing(
        context: dg.AssetExecutionContext, settings: dg.ResourceParam[Settings]
    ) -> Iterator[dg.AssetMaterialization | dg.MaterializeResult[Any]]:
        now = dt.datetime.now(dt.UTC).replace(tzinfo=None)
        is_backfill = context.has_partition_key or context.has_partition_key_range
        with stage(settings, "extract"), closing(open_source(settings)) as source:
            disk.require_space(settings)
            if is_backfill:
                chosen = [dt.date.fromisoformat(key) for key in context.partition_keys]
                done = extract.extract_days(settings, source, chosen, now)
            else:
                done = extract.extract_changes(settings, source, now)
            write_notes(settings, done.notes)
        log.info("extract: %s", done)
        if not is_backfill:
            _show_days(context, store.landed_days(settings).keys(), done.changed_days)
        warnings = [*source.warnings, *(note.text for note in done.notes)]
        yield dg.MaterializeResult(
            metadata={
                "days read": len(done.read_days),
                "days changed": len(done.changed_days),
                "orders read": done.order_count,
                "order lines read": done.line_count,
                "warnings": dg.MetadataValue.md("\n".join(f"- {text}" for text in warnings) or "none"),
                "folder": dg.MetadataValue.path(str(settings.landing_path)),
            }
        )

    return landing


def _show_days(context: dg.AssetExecutionContext, landed: Iterable[dt.date], changed: set[dt.date]) -> None:
    """Show days as materialised in the UI's calendar: each landed day once, and again when its content changes.

    Dagster takes some 10 ms to record a day, so a first night spends seconds on it, and later ones nothing.
    """
    shown = context.instance.get_materialized_partitions(dg.AssetKey("landing"))
    for day in sorted(landed):
        if day in changed or day.isoformat() not in shown:
            context.log_event(dg.AssetMaterialization("landing", partition=day.isoformat()))
