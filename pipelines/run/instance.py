"""Dagster's home, where run history and schedules live, and the environment that its processes need."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.home import claim, write_text
from pipelines.settings import CONFIG_VARIABLE, HOME_VARIABLE, PROJECT_ROOT

if TYPE_CHECKING:
    from pipelines.settings import Settings


def prepare(settings: Settings) -> None:
    """Write Dagster's home with our dagster.yaml; point this process and its children at it, the shop and its home.

    Raises:
        HomeError: The home belongs to another shop, or it cannot be written.
    """
    claim(settings)
    settings.dagster_path.mkdir(parents=True, exist_ok=True)
    write_text(settings.dagster_path / "dagster.yaml", Path(__file__).with_name("dagster.yaml").read_text())
    os.environ |= {
        "DAGSTER_HOME": str(settings.dagster_path),
        CONFIG_VARIABLE: str(settings.config_path),
        HOME_VARIABLE: str(settings.home),
        # No tool sends statistics of its use.
        "DAGSTER_DISABLE_TELEMETRY": "1",
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        "GX_ANALYTICS_ENABLED": "false",
    }
    os.chdir(PROJECT_ROOT)
