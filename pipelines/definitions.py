"""Everything Dagster runs: the stages, the nightly job, and its schedule.

    shop → landing → accepted → raw/* → staging/* → core/* → predictions/* → marts/* → published

One job, used in two ways. The schedule runs it without days; it then reads new and changed orders. A backfill of chosen
days (Jobs > nightly > Materialize all…) is one run that reads those days again. Either way, every later stage follows.
"""

from __future__ import annotations

import dagster as dg

from pipelines.assets.alerts import make_sensors
from pipelines.assets.extract import make_landing, shop
from pipelines.assets.load import load
from pipelines.assets.predict import predict
from pipelines.assets.publish import published
from pipelines.assets.stage import say_what_failed
from pipelines.assets.transform import models_after_predictions, models_before_predictions
from pipelines.assets.validate import make_accepted
from pipelines.settings import load_settings

settings = load_settings()
hour, minute = settings.schedule.nightly.split(":")

nightly = dg.define_asset_job(
    "nightly",
    selection=dg.AssetSelection.all(),
    hooks={say_what_failed},
    description=f"Everything, from the shop {settings.shop.id} to the published marts.",
)

defs = dg.Definitions(
    assets=[
        shop,
        make_landing(settings),
        make_accepted(settings),
        load,
        models_before_predictions,
        predict,
        models_after_predictions,
        published,
    ],
    jobs=[nightly],
    schedules=[
        dg.ScheduleDefinition(
            name="every_night",
            job=nightly,
            cron_schedule=f"{int(minute)} {int(hour)} * * *",
            execution_timezone=settings.shop.timezone,
            default_status=dg.DefaultScheduleStatus.RUNNING,
        )
    ],
    sensors=make_sensors(settings, nightly),
    resources={"settings": settings},
    executor=dg.in_process_executor,
)
