"""Predict: what each customer is expected to buy and spend, compared every night with simple baselines."""

import base64
import logging
from collections.abc import Iterator
from typing import Any

import dagster as dg

from pipelines import database
from pipelines.assets.stage import POOL, markdown_table, stage
from pipelines.prediction import figures
from pipelines.prediction.predict import predict_customers
from pipelines.prediction.tables import DESCRIPTIONS, TABLES
from pipelines.settings import Settings

log = logging.getLogger("klantwaarde")

PREDICTED_FROM = ("customer_features", "customer_days", "segment_members", "subscription_periods")


@dg.multi_asset(
    name="predict",
    specs=[
        dg.AssetSpec(
            ["predictions", name],
            deps=[["core", table] for table in PREDICTED_FROM],
            group_name="predict",
            kinds={"python", "duckdb"},
            description=description,
        )
        for name, description in DESCRIPTIONS.items()
    ],
    check_specs=[
        dg.AssetCheckSpec(
            "model_beats_the_baselines",
            asset=["predictions", "prediction_run"],
            description=(
                "Tonight's predictions come from a model that beat the cohort average and the customers' own past rate "
                "in the backtest. If not, the run used the better baseline, or a method for few data; see the metadata."
            ),
        )
    ],
    pool=POOL,
)
def predict(
    settings: dg.ResourceParam[Settings],
) -> Iterator[dg.MaterializeResult[Any] | dg.AssetCheckResult]:
    """Fit, compare and apply the models. A model that fails does not fail the run."""
    with stage(settings, "predict"):
        run = predict_customers(settings)
        previews = database.previews(settings, [f"predictions.{name}" for name in TABLES])
        pictures = {"backtest_deciles": figures.calibration(settings), "backtest_scores": figures.tracking(settings)}
    log.info("predict: %s", run)
    for name in TABLES:
        preview = previews[f"predictions.{name}"]
        yield dg.MaterializeResult(
            asset_key=["predictions", name],
            metadata={
                "dagster/row_count": preview.row_count,
                "preview": markdown_table(preview.columns, preview.rows),
                **_picture(pictures.get(name)),
            },
        )
    yield dg.AssetCheckResult(
        asset_key=["predictions", "prediction_run"],
        check_name="model_beats_the_baselines",
        passed=run.is_model,
        # A simpler method still gives honest figures: somebody should know, but nothing has to stop.
        severity=dg.AssetCheckSeverity.WARN,
        metadata={"method": run.method, "status": run.status, "customers": run.customer_count},
    )


def _picture(png: bytes | None) -> dict[str, dg.MetadataValue]:
    if png is None:
        return {}
    return {"picture": dg.MetadataValue.md(f"![picture](data:image/png;base64,{base64.b64encode(png).decode()})")}
