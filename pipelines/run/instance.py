"""Dagster's home: where the run history and the schedules live, and the environment its processes need."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.home import write_text
from pipelines.settings import CONFIG_VARIABLE, HOME_VARIABLE, PROJECT_ROOT

if TYPE_CHECKING:
    from pipelines.settings import Settings


def prepare(settings: Settings) -> None:
    """Make DAGSTER_HOME with our dagster.yaml, and point this process and its children at this shop and home."""
    settings.dagster_path.mkdir(parents=True, exist_ok=True)
    write_text(settings.dagster_path / "dagster.yaml", (Path(__file__).with_name("dagster.yaml")).read_text())
    os.environ |= {
        "DAGSTER_HOME": str(settings.dagster_path),
        CONFIG_VARIABLE: str(settings.config_path),
        HOME_VARIABLE: str(settings.home),
        # No tool calls home.
        "DAGSTER_DISABLE_TELEMETRY": "1",
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        "GX_ANALYTICS_ENABLED": "false",
    }
    os.chdir(PROJECT_ROOT)


def venv_tool(name: str) -> Path:
    """A command of this project's own environment."""
    import sys

    return Path(sys.executable).with_name(name)
